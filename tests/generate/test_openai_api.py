"""The backend of model servers, against llama.cpp's own HTTP server and against broken ones."""

from __future__ import annotations

import concurrent.futures
import http.server
import json
import signal
import socket
import subprocess
import sys
import threading

import pytest

from codeworld.errors import (
    ApiKeyError,
    BackendError,
    ContextOverflowError,
    MissingDependencyError,
    ServerUnreachableError,
)
from codeworld.generate import CompletionRequest, Message, open_backend
from codeworld.generate.openai_api import OpenAiBackend

TALK = (Message("system", "be brief"), Message("user", "say abc"))
SERVER = """
import signal, sys
from codeworld.generate.llama_server import import_xllamacpp
xllamacpp = import_xllamacpp()
parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_parallel, parameters.n_ctx, parameters.cpuparams.n_threads = 2, 4096, 1
parameters.verbosity = 0
if sys.argv[2:]:
    parameters.api_keys = sys.argv[2:]
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
signal.pause()
"""


def ask(messages=TALK, seed=0, max_tokens=40, **options):
    return CompletionRequest(messages, seed, max_tokens, **{"temperature": 1.0, **options})


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def start_server(tiny_gguf):
    """Return a function that starts a llama.cpp server and returns its process and address."""
    processes = []

    def start(*keys):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(tiny_gguf), *keys], stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process, f"{process.stdout.readline().strip()}/v1"

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def url(start_server):
    return start_server()[1]


class Proxy:
    """Passes TCP connections on to a server, and drops them after some bytes of the answer."""

    def __init__(self, url, drop_after):
        host, port = url.removeprefix("http://").removesuffix("/v1").split(":")
        self._target = (host, int(port))
        self._drop_after = drop_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.create_connection(self._target) as server:
                threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
                passed = 0
                while passed < self._drop_after and (data := server.recv(200)):
                    client.sendall(data)
                    passed += len(data)
                client.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def _pass_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        return  # dropped


def test_a_completion_is_streamed_and_counted(url):
    pieces = []
    with open_backend("openai:tiny", base_url=url) as backend:
        completion = backend.complete(ask(), pieces.append)
        again = backend.complete(ask())
    assert backend.name == "openai:tiny"
    assert len(pieces) > 10
    assert "".join(pieces) == completion.text == again.text
    assert completion.completion_tokens == 40
    assert completion.prompt_tokens == len("<system\nbe brief>\n<user\nsay ac>\n<assistant\n")
    assert completion.finish_reason == "length"


def test_options_reach_the_server(url):
    with OpenAiBackend("tiny", base_url=url) as backend:
        texts = {backend.complete(ask(seed=seed)).text for seed in range(3)}
        greedy = {backend.complete(ask(seed=seed, temperature=0.0)).text for seed in range(3)}
        whole = backend.complete(ask(seed=2)).text
        cut = backend.complete(ask(seed=2, stop=(whole[10:12],)))
    assert len(texts) == 3
    assert len(greedy) == 1
    assert cut.text == whole[: whole.index(whole[10:12])]
    assert cut.finish_reason == "stop"


def test_threads_ask_at_once(url):
    with OpenAiBackend("tiny", base_url=url) as backend:
        alone = [backend.complete(ask(seed=seed, max_tokens=1)).text for seed in range(6)]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = pool.map(
                lambda seed: backend.complete(ask(seed=seed, max_tokens=1)), range(6)
            )
            assert [completion.text for completion in answers] == alone


def test_the_environment_names_the_server(url, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with open_backend("openai:tiny") as backend:
        assert backend.complete(ask(max_tokens=3)).completion_tokens == 3


def test_keys(start_server, monkeypatch):
    _, url = start_server("sesame")
    with (
        OpenAiBackend("tiny", base_url=url) as backend,
        pytest.raises(ApiKeyError, match="refuses"),
    ):
        backend.complete(ask())
    monkeypatch.setenv("OPENAI_API_KEY", "sesame")
    with OpenAiBackend("tiny", base_url=url) as backend:
        assert backend.complete(ask(max_tokens=3)).completion_tokens == 3
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ApiKeyError, match="OPENAI_API_KEY"):
        OpenAiBackend("gpt")


def test_a_prompt_beyond_the_context(url):
    with (
        OpenAiBackend("tiny", base_url=url) as backend,
        pytest.raises(ContextOverflowError, match="shorten it"),
    ):
        backend.complete(ask((Message("user", "x" * 5000),)))


def test_a_grammar_is_refused_and_not_ignored(url):
    with OpenAiBackend("tiny", base_url=url) as backend:
        assert not backend.supports_grammar
        with pytest.raises(BackendError, match="grammar"):
            backend.complete(ask(grammar='root ::= "a"'))


def test_no_server_at_all():
    with (
        OpenAiBackend("tiny", base_url="http://127.0.0.1:9/v1") as backend,
        pytest.raises(ServerUnreachableError, match="no model server answers at http://127"),
    ):
        backend.complete(ask())


def test_a_wrong_path_names_the_usual_one(url):
    with (
        OpenAiBackend("tiny", base_url=url.replace("/v1", "/v7")) as backend,
        pytest.raises(BackendError, match="ends in /v1"),
    ):
        backend.complete(ask())


def test_a_connection_dropped_in_the_middle_of_an_answer(url):
    proxy = Proxy(url, drop_after=3000)
    pieces = []
    with (
        OpenAiBackend("tiny", base_url=proxy.url) as backend,
        pytest.raises(ServerUnreachableError, match="in the middle of an answer"),
    ):
        backend.complete(ask(max_tokens=1500), pieces.append)
    proxy.close()
    assert 1 < len(pieces) < 1500


def test_a_server_that_dies(start_server):
    process, url = start_server()

    def kill(piece):
        process.kill()

    with OpenAiBackend("tiny", base_url=url) as backend:
        with pytest.raises(ServerUnreachableError):
            backend.complete(ask(max_tokens=1900), kill)
        with pytest.raises(ServerUnreachableError, match="no model server"):
            backend.complete(ask())


def test_a_server_that_falls_silent(start_server):
    process, url = start_server()

    def freeze(piece):
        process.send_signal(signal.SIGSTOP)

    with (
        OpenAiBackend("tiny", base_url=url, silent_seconds=0.5) as backend,
        pytest.raises(ServerUnreachableError, match="said nothing for too long"),
    ):
        backend.complete(ask(max_tokens=1900), freeze)


def test_a_slow_server_is_waited_for_and_can_be_cancelled(start_server):
    process, url = start_server()
    process.send_signal(signal.SIGSTOP)
    with OpenAiBackend("tiny", base_url=url) as backend:
        cancel = threading.Event()
        threading.Timer(0.2, cancel.set).start()
        assert backend.complete(ask(), cancel=cancel).finish_reason == "cancelled"
        threading.Timer(1.0, process.send_signal, [signal.SIGCONT]).start()
        completion = backend.complete(ask(max_tokens=3))
        assert completion.completion_tokens == 3
        assert completion.seconds > 0.9


def test_cancelling_in_the_middle(url):
    cancel = threading.Event()
    pieces = []

    def stop_after_ten(piece):
        pieces.append(piece)
        if len(pieces) == 10:
            cancel.set()

    with OpenAiBackend("tiny", base_url=url) as backend:
        completion = backend.complete(ask(max_tokens=1900), stop_after_ten, cancel)
    assert completion.finish_reason == "cancelled"
    assert completion.text == "".join(pieces)


class Nonsense(http.server.BaseHTTPRequestHandler):
    """Answers each request with what the server was told to."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.asked.append(json.loads(self.rfile.read(length)))
        status, kind, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Print nothing."""


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ((200, "text/html", b"<html>welcome</html>"), ServerUnreachableError, "middle"),
        ((200, "text/event-stream", b"data: {not json\n\n"), BackendError, "protocol"),
        ((200, "text/event-stream", b""), ServerUnreachableError, "without a reason"),
        ((429, "application/json", b'{"error": {"message": "slowly"}}'), BackendError, "slowly"),
        ((500, "text/plain", b"oops"), BackendError, "500|oops|refuses"),
    ],
    ids=["html", "broken json", "empty", "busy", "fault"],
)
def test_servers_that_answer_nonsense(answer, error, reason):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nonsense)
    server.answer, server.asked = answer, []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with (
        OpenAiBackend("x", base_url=f"http://127.0.0.1:{server.server_port}") as backend,
        pytest.raises(error, match=reason),
    ):
        backend.complete(ask())
    server.shutdown()
    thread.join()
    server.server_close()
    assert server.asked[0]["max_tokens"] == 40


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingDependencyError, match=r"codeworld\[openai\]"):
        OpenAiBackend("x")


def test_a_closed_backend_says_so(url):
    backend = OpenAiBackend("tiny", base_url=url)
    backend.close()
    backend.close()
    with pytest.raises(BackendError, match="closed"):
        backend.complete(ask())
    assert not [thread for thread in threading.enumerate() if thread.name == "model server client"]
