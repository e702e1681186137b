"""EnvironmentConformance, in a user's own test suite."""

from __future__ import annotations

import pytest

from codeworld.verify.environment_checks import ENVIRONMENT_CHECKS

pytest_plugins = ["pytester"]

PLAIN = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
"""Hypothesis would be imported anew, and slowly, for every run."""

SUITE = """
import codeworld
from codeworld.verify.conformance import EnvironmentConformance

class TestGood(EnvironmentConformance):
    steps = 40

    def make_env(self):
        return codeworld.make("kuhn_poker")

class Greedy(codeworld.GameEnv):
    def step(self, action):
        super().step(action)
        if action is not None:
            self.rewards = {agent: float("inf") for agent in self.agents}

class TestBad(EnvironmentConformance):
    steps = 40

    def make_env(self):
        good = codeworld.make("kuhn_poker")
        return Greedy(good.game, good.spec)
"""


def test_every_check_is_a_test_of_a_good_and_of_a_bad_environment(pytester):
    pytester.makepyfile(test_suite=SUITE)
    result = pytester.runpytest_inprocess(*PLAIN, "-v")
    assert sum(result.parseoutcomes().values()) == 2 * len(ENVIRONMENT_CHECKS)
    for check in ENVIRONMENT_CHECKS:
        result.stdout.no_fnmatch_line(f"test_suite.py::TestGood::*{check.name}] FAILED*")
    result.stdout.fnmatch_lines(
        [
            "test_suite.py::TestGood::test_environment[[]rewards_are_finite] PASSED*",
            "test_suite.py::TestBad::test_environment[[]rewards_are_finite] FAILED*",
            "Is every reward a finite number?",
            "  rewards?'player_0'? is inf after reset(seed=*, not a finite number",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_class_without_make_env_says_so(pytester):
    pytester.makepyfile(
        "from codeworld.verify.conformance import EnvironmentConformance\n"
        "class TestNothing(EnvironmentConformance):\n    pass\n"
    )
    result = pytester.runpytest_inprocess(*PLAIN, "-k", "environment_runs")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*TestNothing has no make_env; define it*"])
