"""`codeworld verify`, as a person types it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from codeworld import games
from codeworld.cli import app

TIC_TAC_TOE = games.load("tic_tac_toe").source
WRONG = TIC_TAC_TOE.replace("(1, 1), (1, -1))", "(1, 1))")

TRICKS = """
def get_initial_state():
    return {"turn": 0}

def get_current_player(state):
    return 0 if state["turn"] < 3 else -4

def get_legal_actions(state):
    return ["\\x1b[31mred", "\\ud800"]

def apply_action(state, action):
    return {"turn": state["turn"] + 1}

def get_rewards(state):
    return [0.0]

def get_observations(state):
    return [state["turn"]]

def render(state):
    return "\\x1b[2J\\ud800\\u202e"
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `codeworld verify` on a program; return exit status and everything printed."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def run(source, *arguments):
        if isinstance(source, str):
            source = source.encode()
        if source is not None:
            (tmp_path / "game.py").write_bytes(source)
        result = CliRunner().invoke(app, ["verify", "game.py", "--budget", "quick", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, " ".join(result.output.replace("│", " ").split())

    return run


def test_a_right_program_passes(run):
    status, output = run(TIC_TAC_TOE, "--reference", "tic_tac_toe")
    assert status == 0
    assert "against tic_tac_toe, seed 0" in output
    assert "every check passed" in output


def test_a_wrong_program_fails_and_is_reported_in_every_form(run, tmp_path):
    options = ("--reference", "tic_tac_toe", "--seed", "4", "--json", "r.json", "--html", "r.html")
    status, output = run(WRONG, *options)
    assert status == 1
    assert "instead of the game is over" in output
    assert "checks failed" in output
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["passed"] is False
    assert report["seed"] == 4
    assert "instead of the game is over" in (tmp_path / "r.html").read_text()


def test_a_file_can_be_the_reference(run, tmp_path):
    (tmp_path / "trusted.py").write_text(TIC_TAC_TOE)
    status, output = run(TIC_TAC_TOE, "--reference", "trusted.py")
    assert status == 0
    assert "against trusted.py" in output


def test_scenarios_are_held_against_the_program(run, tmp_path):
    (tmp_path / "s.toml").write_text(
        '[[scenario]]\nname = "the second moves first"\nactions = []\nplayer = 1\n'
    )
    status, output = run(TIC_TAC_TOE, "--scenarios", "s.toml")
    assert status == 1
    assert "the second moves first" in output


def test_mending_is_reported(run):
    slips = TIC_TAC_TOE + (
        "\n\n_clean = apply_action\n\n\ndef apply_action(state, action):\n"
        "    after = _clean(state, action)\n    state['player'] = 0\n    return after\n"
    )
    assert run(slips)[0] == 1
    _, output = run(slips, "--mend")
    assert "mended before the checks: copies_state" in output


def test_a_program_cannot_write_to_the_terminal(run, tmp_path):
    status, output = run(TRICKS, "--html", "r.html", "--json", "r.json")
    assert status == 1
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    for text in (output, page, (tmp_path / "r.json").read_text()):
        assert not {"\x1b", "\u202e", "\ud800"} & set(text)
    assert "\\x1b[31mred" in output
    assert "\\x1b[2J\\ud800\\u202e" in page


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"not python at all(",
        b"import os\nos.system('true')\n",
        b"x = 1\n",
        "\u00e9 = \ud7ff".encode(),
    ],
    ids=["empty", "not python", "refused", "no contract", "strange letters"],
)
def test_a_broken_program_gets_a_report(run, source):
    status, output = run(source, "--html", "r.html")
    assert status == 1
    assert "static" in output


@pytest.mark.parametrize(
    ("source", "arguments", "words"),
    [
        (None, (), "SourceFileError"),
        (b"\xff\xfe", (), "is not text"),
        (b"#" * 2_000_000, (), "more than the 1,000,000"),
        (b"x = 1", ("--reference", "no_such_game"), "UnknownGameError"),
        (b"x = 1", ("--reference", "none.py"), "there is no file"),
        (b"x = 1", ("--scenarios", "game.py"), "game.py:"),
        (b"x = 1", ("--json", "none/r.json"), "cannot be written"),
        (b"x = 1", ("--budget", "endless"), "endless"),
    ],
    ids=["missing", "not text", "huge", "reference", "file", "scenarios", "json", "budget"],
)
def test_without_a_verdict_the_status_is_2(run, source, arguments, words):
    status, output = run(source, *arguments)
    assert status == 2
    assert words in output
    assert "Traceback" not in output
