"""The `codeworld` command, as a person types it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codeworld import games
from codeworld.cli import app
from codeworld.spec import GameSpec

NIM = str(Path(__file__).parents[2] / "examples" / "nim.py")


@pytest.fixture
def run(monkeypatch):
    """Run a command line with typed answers; return exit status and everything printed."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments, answers=""):
        result = CliRunner().invoke(app, arguments, input=answers)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_help_teaches(run):
    status, output = run("play", "--help")
    assert status == 0
    for words in ("--seat", "--opponent", "--isolation", "Id of a curated game"):
        assert words in output


def test_games_lists_every_curated_game_whole(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    status, output = run("games")
    assert status == 0
    for name in games.names():
        assert name in output
    assert "…" not in output


def test_games_shows_the_rules_of_one_and_what_may_vary(run):
    status, output = run("games", "kuhn_poker")
    assert status == 0
    assert "A poker game with three cards" in output
    for parameter in games.parameters_of("kuhn_poker"):
        line = rf"{parameter.name} +{parameter.meaning} +{parameter.values} +"
        assert re.search(line + re.escape(str(parameter.default)), output)


def test_games_shows_a_game_in_which_nothing_may_vary(run):
    status, output = run("games", "leduc_poker")
    assert status == 0
    assert "Leduc poker" in output
    assert "may vary" not in output


def test_games_does_not_know_every_name(run):
    status, output = run("games", "kuhn_pokre")
    assert status == 1
    assert "did you mean kuhn_poker" in output


class TestPlay:
    def test_to_the_end_against_oneself(self, run):
        answers = "place 0 0\nplace 1 0\nplace 0 1\nplace 1 1\nplace 0 2\n"
        status, output = run("play", "tic_tac_toe", "--opponent", "self", answers=answers)
        assert status == 0
        assert "x x x" in output
        assert re.search(r"the end.*│ x +│ 1 +│\n│ o +│ -1 +│", output, re.DOTALL)

    def test_against_random_moves_the_same_seed_plays_the_same(self, run):
        first = run("play", "tic_tac_toe", "--seed", "4", answers="0\n" * 9)
        assert first == run("play", "tic_tac_toe", "--seed", "4", answers="0\n" * 9)
        assert "o plays place" in first[1]
        assert "the end" in first[1]

    def test_the_other_seat(self, run):
        status, output = run("play", "connect_four", "--seat", "1", "--seed", "1", answers="q\n")
        assert status == 0
        assert "x plays drop" in output
        assert "o >" in output

    def test_what_is_not_legal_is_said_plainly(self, run):
        answers = "place 9 9\n99\n?\nplace 0 0\n"
        status, output = run("play", "tic_tac_toe", "--opponent", "self", answers=answers)
        assert status == 0
        assert "'place 9 9' is not legal now." in output
        assert "'99' is not legal now." in output
        assert output.count("Legal (type the action") == 5
        assert "You left the game." in output

    def test_hidden_cards_stay_hidden(self, run):
        status, output = run("play", "kuhn_poker", "--opponent", "self", "--seed", "3")
        assert status == 0
        shown = output[output.index("cards") :].splitlines()[0].split()[1:]
        assert shown.count("?") == 1

    def test_a_seat_that_is_none(self, run):
        status, output = run("play", "tic_tac_toe", "--seat", "2")
        assert status == 1
        assert "this game has seats 0 to 1" in output

    def test_a_game_file_in_a_worker(self, run):
        status, output = run("play", NIM, "--opponent", "self", answers="take 3 from 0\nq\n")
        assert status == 0
        assert "1: ||||" in output


class TestInspect:
    def test_a_file(self, run):
        status, output = run("inspect", NIM, "--seed", "2")
        assert status == 0
        assert "run in: process" in output
        assert "Does without: get_player_name" in output
        assert "zero_sum" in output
        assert "end  returns" in output

    def test_the_spec_as_json(self, run):
        status, output = run("inspect", "leduc_poker", "--json")
        assert status == 0
        assert GameSpec.from_json(output) == games.load("leduc_poker").spec

    def test_findings(self, run, tmp_path):
        path = tmp_path / "open.py"
        path.write_text(Path(NIM).read_text() + '\nSECRET = open("/etc/passwd")\n')
        status, output = run("inspect", str(path))
        assert status == 1
        assert "Language policy" in output
        assert "open" in output
        assert str(len(path.read_text().splitlines())) in output


BAD_FILES = {
    "empty.py": (b"", "GameSyntaxError", "empty"),
    "binary.py": (b"\x7fELF\x02\xff\xfe", "SourceFileError", "not UTF-8"),
    "nul.py": (b"x = 1\0", "SourceFileError", "NUL bytes"),
    "huge.py": (b"#" * 10_000_000, "SourceFileError", "10,000,000 bytes"),
    "syntax.py": (b"def f(:\n    pass\n", "GameSyntaxError", "def f(:"),
    "prose.py": (b"# only a comment\n", "MissingFunctionError", "get_initial_state"),
}


@pytest.mark.parametrize("command", ["inspect", "play"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_get_a_clear_error_without_a_traceback(run, tmp_path, name, command):
    content, error, words = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    status, output = run(command, str(tmp_path / name))
    assert status == 1
    assert error in output
    assert words in " ".join(output.replace("│", " ").split())
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kuhn", "did you mean kuhn_poker?"),
        ("nowhere.py", "there is no file nowhere.py"),
        ("/tmp", "is a folder"),
    ],
)
def test_names_that_are_no_game(run, name, words):
    status, output = run("inspect", name)
    assert status == 1
    assert words in " ".join(output.replace("│", " ").split())
