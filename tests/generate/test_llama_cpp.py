"""The embedded backend, with tiny random models, and once with the real weights."""

from __future__ import annotations

import concurrent.futures
import re
import signal
import subprocess
import sys
import threading

import pytest

from codeworld.errors import (
    AdapterError,
    BackendError,
    ContextOverflowError,
    InvalidSeedError,
    MissingDependencyError,
    ModelMemoryError,
)
from codeworld.generate import CompletionRequest, Message, llama_server, open_backend
from codeworld.generate.llama_cpp import LlamaCppBackend
from codeworld.generate.program_grammar import program_grammar
from codeworld.generate.prompt_states import MAX_STATES

TALK = (Message("system", "be brief"), Message("user", "say abc"))


def ask(messages=TALK, seed=0, max_tokens=40, **options):
    return CompletionRequest(messages, seed, max_tokens, **{"temperature": 1.0, **options})


@pytest.fixture(scope="module")
def backend(tiny_gguf):
    with LlamaCppBackend(tiny_gguf, parallel=3, context_tokens=1024, threads=1) as backend:
        yield backend


def test_a_completion_is_streamed_and_counted(backend):
    pieces = []
    completion = backend.complete(ask(), pieces.append)
    assert len(pieces) > 10
    assert "".join(pieces) == completion.text
    assert completion.completion_tokens == 40
    assert completion.finish_reason == "length"
    # Tokens are characters here: two headers and footers, the texts, and the answer's header.
    template = "<system\nbe brief>\n<user\nsay abc>\n<assistant\n"
    assert completion.prompt_tokens == len(template.replace("ab", "a"))
    assert completion.seconds > 0


def test_the_same_seed_gives_the_same_text_whatever_was_asked_before(tiny_gguf):
    with LlamaCppBackend(tiny_gguf, parallel=1, context_tokens=1024) as backend:
        first = backend.complete(ask(seed=7))
        backend.complete(ask(seed=8))
        backend.complete(ask((Message("user", "be brief and say nothing at all"),), seed=9))
        assert backend.complete(ask(seed=7)).text == first.text
        assert backend.complete(ask(seed=8)).text != first.text
    with LlamaCppBackend(tiny_gguf, parallel=1, context_tokens=1024) as again:
        assert again.complete(ask(seed=7)).text == first.text


def test_temperature_zero_needs_no_seed(backend):
    texts = {backend.complete(ask(seed=seed, temperature=0.0)).text for seed in range(3)}
    assert len(texts) == 1


def test_what_the_conversation_repeats_is_drafted_and_the_text_stays_the_same(
    tiny_gguf, monkeypatch
):
    def write():
        accepted = []
        with LlamaCppBackend(tiny_gguf, parallel=1, context_tokens=1024) as backend:
            stream = backend._server.stream

            def spy(body, on_chunk, cancel):
                def note(chunk):
                    accepted.append(chunk.get("timings", {}).get("draft_n_accepted", 0))
                    on_chunk(chunk)

                return stream(body, note, cancel)

            backend._server.stream = spy
            # A random model never repeats itself of its own accord.
            request = ask(max_tokens=300, grammar='root ::= ("one line and " [a-z]){12}')
            text = backend.complete(request).text
        return text, max(accepted)

    text, accepted = write()
    monkeypatch.setattr(llama_server, "_REPEATED_TOKENS", 1000)  # which are never the same
    plain, none = write()
    assert text == plain
    assert accepted > 0 == none


def test_seeds_of_64_bits_are_taken(backend):
    assert backend.complete(ask(seed=2**64 - 1)).text != backend.complete(ask(seed=1)).text
    with pytest.raises(InvalidSeedError):
        backend.complete(ask(seed=-1))


def test_threads_ask_at_once_and_more_than_there_are_contexts(backend):
    alone = [backend.complete(ask(seed=seed, max_tokens=1)).text for seed in range(9)]
    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        together = list(pool.map(lambda s: backend.complete(ask(seed=s, max_tokens=1)), range(9)))
    assert [completion.text for completion in together] == alone


def test_candidates_share_the_reading_of_their_prompt(tiny_gguf):
    read = []
    with LlamaCppBackend(tiny_gguf, parallel=3, context_tokens=1024) as backend:
        stream = backend._server.stream

        def spy(body, on_chunk, cancel):
            def count(chunk):
                if chunk.get("timings") and chunk.get("usage"):
                    read.append((body["max_tokens"], chunk["timings"]["prompt_n"]))
                on_chunk(chunk)

            return stream(body, count, cancel)

        backend._server.stream = spy
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda seed: backend.complete(ask(seed=seed)), range(6)))
        assert [tokens for wanted, tokens in read if wanted == 40] == [1] * 6
        answered = (*TALK, Message("assistant", "abc"), Message("user", "no"))
        backend.complete(ask(answered, max_tokens=41))
        assert read[-1] == (41, 1)


def test_more_prompts_than_are_kept(backend):
    first = backend.complete(ask((Message("user", "number 0"),), max_tokens=5)).text
    for number in range(1, MAX_STATES + 3):
        backend.complete(ask((Message("user", f"number {number}"),), max_tokens=5))
    assert len(list(backend._states._folder.iterdir())) <= MAX_STATES
    assert backend.complete(ask((Message("user", "number 0"),), max_tokens=5)).text == first


def test_cancelling_ends_a_completion_soon(backend):
    cancel = threading.Event()
    pieces = []

    def stop_after_ten(piece):
        pieces.append(piece)
        if len(pieces) == 10:
            cancel.set()

    completion = backend.complete(ask(max_tokens=900), stop_after_ten, cancel)
    assert completion.finish_reason == "cancelled"
    assert completion.text == "".join(pieces)
    assert 10 <= completion.completion_tokens < 900
    assert backend.complete(ask(), cancel=cancel).text == ""
    assert backend.complete(ask(max_tokens=3)).completion_tokens == 3


def test_an_exception_of_the_listener_is_raised(backend):
    def fail(piece):
        raise LookupError(piece)

    with pytest.raises(LookupError):
        backend.complete(ask(), fail)
    assert backend.complete(ask(max_tokens=3)).completion_tokens == 3


def test_a_grammar_holds_the_model(backend):
    text = backend.complete(ask(grammar='root ::= ("abc" | "xyz") "!" [0-9]')).text
    assert text[:4] in ("abc!", "xyz!")
    assert text[4:].isdigit()
    with pytest.raises(BackendError, match="grammar"):
        backend.complete(ask(grammar="root ::= missing"))


def test_llama_cpp_takes_the_grammar_of_programs(backend):
    text = backend.complete(ask(grammar=program_grammar(), max_tokens=60)).text
    assert re.match(r"```python\n\n*(import |from |# |def |[A-Z])", text)


def test_a_stop_text_ends_the_completion(backend):
    whole = backend.complete(ask(seed=3)).text
    cut = backend.complete(ask(seed=3, stop=(whole[10:12],)))
    assert cut.text == whole[: whole.index(whole[10:12])]
    assert cut.finish_reason == "stop"


@pytest.mark.parametrize(
    "fault",
    [{"messages": ()}, {"max_tokens": 0}, {"temperature": -1.0}, {"top_p": 0.0}],
    ids=str,
)
def test_a_request_out_of_range_is_refused(backend, fault):
    with pytest.raises(BackendError, match=next(iter(fault))):
        backend.complete(ask(**fault))


def test_a_prompt_beyond_the_context_is_an_error_and_an_answer_is_cut(backend):
    with pytest.raises(ContextOverflowError, match="context_tokens"):
        backend.complete(ask((Message("user", "x" * 2000),)))
    completion = backend.complete(ask((Message("user", "x" * 900),), max_tokens=900))
    assert completion.finish_reason == "length"
    assert completion.prompt_tokens + completion.completion_tokens <= 1024 + 1


def test_an_adapter_changes_the_model(backend, tiny_gguf, make_adapter):
    with LlamaCppBackend(tiny_gguf, adapter=make_adapter(), context_tokens=1024) as adapted:
        assert adapted.complete(ask()).text != backend.complete(ask()).text


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"width": 32}, "another size"),
        ({"architecture": "llama"}, "architecture 'llama'"),
    ],
    ids=["size", "architecture"],
)
def test_an_adapter_of_another_base_is_refused(tiny_gguf, make_adapter, options, reason):
    with pytest.raises(AdapterError, match=reason):
        LlamaCppBackend(tiny_gguf, adapter=make_adapter(**options))


def test_files_that_are_no_models_are_refused(tiny_gguf, tmp_path):
    with pytest.raises(BackendError, match="no such file"):
        open_backend(f"gguf:{tmp_path}/missing.gguf")
    junk = tmp_path / "junk.gguf"
    junk.write_bytes(b"not a model at all")
    with pytest.raises(BackendError, match="no GGUF file"):
        open_backend(f"gguf:{junk}")
    whole = tiny_gguf.read_bytes()
    for size in (len(whole) // 2, 700, 30):
        junk.write_bytes(whole[:size])
        with pytest.raises(BackendError, match="cut short"):
            LlamaCppBackend(junk)
    with pytest.raises(AdapterError, match="a model and no adapter"):
        LlamaCppBackend(tiny_gguf, adapter=tiny_gguf)


LIMITED = """
import resource, sys
from pathlib import Path
from codeworld.errors import ModelMemoryError
from codeworld.generate.llama_cpp import LlamaCppBackend
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
try:
    LlamaCppBackend(Path(sys.argv[1]), context_tokens=2**19, parallel=2, threads=1)
except ModelMemoryError as error:
    print(error)
"""


def test_too_little_memory_is_an_error_with_numbers(make_gguf, tmp_path):
    make_gguf(tmp_path / "wide.gguf", width=512)  # 4 kB of keys and values for each token
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "wide.gguf")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "it needs about 4.3 GB of memory and " in done.stdout
    assert "with 2 conversations of 524288 tokens" in done.stdout


def test_a_context_beyond_all_bounds_is_an_error(tiny_gguf):
    with pytest.raises(ModelMemoryError, match="GB are free"):
        LlamaCppBackend(tiny_gguf, context_tokens=2**30, parallel=4)


def test_a_closed_backend_says_so(tiny_gguf):
    backend = LlamaCppBackend(tiny_gguf, context_tokens=256)
    folder = backend._states._folder
    backend.close()
    backend.close()
    assert not folder.exists()
    with pytest.raises(BackendError, match="closed"):
        backend.complete(ask())


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(MissingDependencyError, match=r"codeworld\[local\]"):
        llama_server.import_xllamacpp()


PROGRAM = """
import sys
from pathlib import Path
from codeworld.generate import CompletionRequest, Message
from codeworld.generate.llama_cpp import LlamaCppBackend
with LlamaCppBackend(Path(sys.argv[1]), context_tokens=2048) as backend:
    request = CompletionRequest((Message("user", "abc"),), 0, int(sys.argv[2]), temperature=1.0)
    backend.complete(request, lambda piece: print("piece", flush=True))
print("done")
"""


def test_nothing_is_written_to_the_terminal(tiny_gguf):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tiny_gguf, "2"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.replace("piece\n", "") == "done\n"


def test_ctrl_c_interrupts_the_main_thread(tiny_gguf):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM + "\nwhile True: pass", tiny_gguf, "2000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background, Ctrl-C is ignored, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.slow
def test_the_real_model_writes_python():
    with open_backend("qwen2.5-coder-0.5b", parallel=2, context_tokens=1024) as backend:
        messages = (Message("user", "Write a Python function `add(a, b)`. Code only."),)
        completion = backend.complete(CompletionRequest(messages, 0, 100))
        assert "def add(a, b):" in completion.text
        assert "return a + b" in completion.text
        assert completion.finish_reason == "stop"
        answered = (*messages, Message("assistant", completion.text), Message("user", "Thanks!"))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            more = list(
                pool.map(
                    lambda seed: backend.complete(CompletionRequest(answered, seed, 5)), range(2)
                )
            )
        assert {completion.completion_tokens for completion in more} == {5}
