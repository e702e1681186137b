"""`codeworld make`, as a person types it."""

from __future__ import annotations

import http.server
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from typer.testing import CliRunner

import codeworld
from codeworld import games
from codeworld.cli import app
from codeworld.generate.prompts import write_values
from codeworld.seeding import derive_seed
from codeworld.spec import GameSpec

PIG = games.instantiate("pig", target=12, sides=3)
FIRST_SEED = derive_seed(0, "write", 0) % 2**31
TOLD = PIG.rules + "\nThat is how we play it at home.\n"
RULES = """
Three players in turn take stones from a heap of 7. A turn is the text `take COUNT`, for example
`take 2`; COUNT is 1 or 2. Who takes the last stone gets 2, each other player gets -1.
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `codeworld make` on rules with a scripted model; return status and everything printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(rules, model, *arguments):
        opening = importlib.import_module("codeworld.generate.open_backend")
        monkeypatch.setattr(opening, "open_backend", lambda *_, **__: model)
        (tmp_path / "rules.md").write_text(rules)
        result = CliRunner().invoke(app, ["make", "rules.md", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_an_accepted_game_is_written(run, scripted, tmp_path):
    model = scripted(values=[write_values(PIG.parameters)])
    status, output = run(TOLD, model, "-o", "game.py")
    assert status == 0
    assert "accepted: pig(players=2, target=12, sides=3)" in output
    assert "whether it is the game that was meant" in output
    assert output.count("\n") < 25
    assert (tmp_path / "game.py").read_text() == PIG.source
    assert json.loads((tmp_path / "game.report.json").read_text())["passed"] is True
    spec = GameSpec.from_json((tmp_path / "game.spec.json").read_text())
    env = codeworld.make(tmp_path / "game.py", spec=spec)
    env.reset(seed=0)
    env.close()
    assert model.closed


def test_without_an_accepted_game_nothing_is_written(run, scripted, tmp_path):
    status, output = run(RULES, scripted(written=["no"]), "-o", "game.py", "--candidates", "1")
    assert status == 1
    assert "GenerationError" in output
    assert "not accepted: by the model" in output
    assert not (tmp_path / "game.py").exists()


def test_a_second_run_asks_for_nothing_again(run, scripted):
    text = write_values(PIG.parameters)
    run(TOLD, scripted(values=[text]), "--folder", "run")
    model = scripted()
    assert run(TOLD, model, "--folder", "run")[0] == 0
    assert model.asked == []


@pytest.mark.parametrize("output", [".", "missing/game.py"])
def test_an_output_that_cannot_be_written_is_refused_first(run, scripted, output):
    model = scripted()
    status, printed = run(TOLD, model, "-o", output)
    assert (status, model.asked) == (1, [])
    assert "ReportFileError" in printed


def test_an_empty_file_is_no_rules(run, scripted):
    status, output = run("", scripted())
    assert status == 1
    assert "RulesTextError" in output


def test_what_a_model_writes_cannot_paint_the_terminal(run, scripted, small_game):
    program = small_game("countdown").replace('f"take {n}"', '"\\x1b[2J[red]take"')
    model = scripted(written=[f"```python\n{program}```"], mended=[""])
    status, output = run(RULES, model, "--candidates", "1")
    assert status == 1
    assert "\x1b" not in output
    assert "\\x1b[2J[red]take" in output


def test_help_and_wrong_options(run, scripted):
    result = CliRunner().invoke(app, ["make", "--help"])
    assert result.exit_code == 0
    assert "--candidates" in result.output
    for option in (["--candidates", "0"], ["--seconds", "-1"], ["--tokens", "0"]):
        assert run(TOLD, scripted(), *option)[0] == 2


class ModelServer(http.server.ThreadingHTTPServer):
    """An OpenAI-compatible server with an answer to a run's first request and one to its second.

    Attributes:
        answers: both, in this order; None for one that never comes.
        asked: seeds of the requests.
        over: set to end waiting.
    """

    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked = []
        self.over = threading.Event()


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = server.answers[body["seed"] != FIRST_SEED]
        server.asked.append(body["seed"])
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if answer is None:
            server.over.wait(60)
            return
        part = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        for delta, reason in (({"content": answer}, None), ({}, "stop")):
            choice = {"index": 0, "delta": delta, "finish_reason": reason}
            data = json.dumps({**part, "choices": [choice]})
            self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *arguments):
        """Print nothing."""


@pytest.fixture
def serve():
    """Return a function that starts a model server with some answers."""
    servers = []

    def start(*answers):
        server = ModelServer(answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return server

    yield start
    for server, thread in servers:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_stopped_run_goes_on(serve, small_game, tmp_path):
    program = small_game("countdown")
    one, two = (f"```python\n{program.replace('stones', name)}```" for name in ("heap", "pile"))
    (tmp_path / "rules.md").write_text(RULES)
    settings = {**os.environ, "OPENAI_API_KEY": "none"}

    def start(server, folder):
        return subprocess.Popen(
            [
                *(sys.executable, "-c", "from codeworld.cli import app; app()"),
                *("make", "rules.md", "-o", f"{folder}.py"),
                *("--model", "openai:m", "--folder", folder, "--candidates", "2", "--refine", "0"),
                *("--base-url", f"http://127.0.0.1:{server.server_port}/v1"),
            ],
            cwd=tmp_path,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Where the tests run in the background, Ctrl-C is ignored, and that is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    first = serve(one, None)
    process = start(first, "run")
    while not (tmp_path / "run" / "written-0.json").exists():
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode not in (0, 1), output
    assert "goes on from the answers" in output
    assert "Traceback" not in output
    assert len(list((tmp_path / "run").glob("answer-*.json"))) == 1

    second = serve(None, two)
    resumed = start(second, "run")
    assert resumed.wait(120) == 0, resumed.stdout.read()
    assert len(second.asked) == 1
    assert second.asked[0] in first.asked
    unbroken = start(serve(one, two), "whole")
    assert unbroken.wait(120) == 0, unbroken.stdout.read()
    for process in (resumed, unbroken):
        process.stdout.close()
    for ending in ("py", "report.json", "spec.json"):
        made, whole = ((tmp_path / f"{name}.{ending}").read_text() for name in ("run", "whole"))
        assert made == whole
