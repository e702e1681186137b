"""`pytest --codeworld`, as a person types it."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from codeworld import games
from codeworld.verify import CHECKS

pytest_plugins = ["pytester"]

TIC_TAC_TOE = games.load("tic_tac_toe").source
PLAIN = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
"""Hypothesis would be imported anew, and slowly, for every run."""

WRONG = TIC_TAC_TOE.replace("(1, 1), (1, -1))", "(1, 1))")


@pytest.fixture
def run(pytester):
    """Write game files, and run pytest on a command line; return what it answers."""

    def run(*arguments, **sources):
        for name, source in sources.items():
            (pytester.path / f"{name}.py").write_text(source)
        return pytester.runpytest_inprocess(*PLAIN, "--codeworld-budget", "quick", *arguments)

    return run


def test_every_check_of_a_right_program_is_a_test_that_passes(run):
    result = run(
        "--codeworld", "right.py", "--codeworld-reference", "tic_tac_toe", right=TIC_TAC_TOE
    )
    outcomes = result.parseoutcomes()
    assert outcomes.keys() <= {"passed", "skipped"}
    assert sum(outcomes.values()) == len(CHECKS)


def test_a_failure_says_what_is_wrong_and_how_to_see_it_again(run, pytester):
    options = ("--codeworld-reference", "tic_tac_toe", "--codeworld-seed", "3")
    result = run("--codeworld", "wrong.py", *options, "--junitxml=out.xml", wrong=WRONG)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*semantics: same_players*",
            "  player * is to move instead of the game is over",
            "  after: place *",
            "again: codeworld verify wrong.py --reference tic_tac_toe --seed 3 --budget quick",
            "FAILED wrong.py::same_players*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin*Error*")
    cases = ElementTree.parse(pytester.path / "out.xml").iter("testcase")
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert "same_players" in failed
    assert "loads" not in failed


def test_a_skip_gives_its_reason(run):
    result = run("--codeworld", "right.py", "-rs", "-k", "semantics", right=TIC_TAC_TOE)
    result.stdout.fnmatch_lines(["SKIPPED*: *scenarios*"])


def test_the_program_is_never_imported_and_nothing_else_is_tested(run, pytester):
    hostile = 'open("marker", "w").close()\n\ndef test_me():\n    assert False\n'
    result = run("--codeworld", "test_game.py", test_game=hostile, test_other=hostile)
    result.stdout.fnmatch_lines(["FAILED test_game.py::language_policy*"])
    result.stdout.no_fnmatch_line("*test_me*")
    result.stdout.no_fnmatch_line("*test_other*")
    assert not (pytester.path / "marker").exists()


def test_named_test_files_are_tested_too(run):
    test = "def test_me():\n    pass\n"
    arguments = ("--codeworld", "game.py", "test_me.py", "-v", "-k", "parses or test_me")
    result = run(*arguments, game="not python at all(", test_me=test)
    assert result.parseoutcomes() == {"passed": 1, "failed": 1, "deselected": len(CHECKS) - 1}


def test_a_program_cannot_write_to_the_terminal(run):
    tricks = TIC_TAC_TOE.replace('f"place ', 'f"\\x1b[31mplace ').replace(
        "(1, 1), (1, -1))", "(1, 1))"
    )
    options = ("--codeworld-reference", "tic_tac_toe", "--color=no", "-k", "actions")
    result = run("--codeworld", "game.py", *options, game=tricks)
    assert "\x1b" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*x1b?31mplace*"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--codeworld-reference", "no_such_game"), "*UnknownGameError*no_such_game*"),
        (("--codeworld-reference", "none.py"), "*SourceFileError*none.py*"),
        (("--codeworld-scenarios", "game.py"), "*ScenarioError*"),
        (("--codeworld-seed", "-1"), "*InvalidSeedError*"),
    ],
)
def test_wrong_options_are_told_once_and_plainly(run, options, words):
    result = run("--codeworld", "game.py", *options, game=TIC_TAC_TOE)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([words])
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_missing_file_is_a_usage_error(run):
    assert run("--codeworld", "none.py").ret == pytest.ExitCode.USAGE_ERROR


def test_the_plugin_is_light_until_it_is_used():
    program = """if True:
        import sys, pytest, pytest_codeworld
        print(*({"codeworld", "numpy", "pettingzoo", "gymnasium"} & set(sys.modules)))
    """
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []
