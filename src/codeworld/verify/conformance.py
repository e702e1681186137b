"""EnvironmentConformance: the environment tier in a test suite of your own."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pettingzoo.utils.env import AECEnv

from codeworld.verify.checks import CheckResult
from codeworld.verify.environment_checks import (
    ENVIRONMENT_CHECKS,
    EPISODE_LIMIT,
    STEPS,
    verify_environment,
)


class EnvironmentConformance:
    """Every check of the environment tier as a test, for any PettingZoo AEC environment.

    Subclass it in a test module, with a name that pytest collects:

        class TestMyGame(EnvironmentConformance):
            def make_env(self):
                return my_game.env()

    Attributes:
        seed: decides every seed and every action.
        steps: how much is recorded and replayed.
        longest: steps after which an episode of random legal play counts as one that never ends.
    """

    seed: ClassVar[int] = 0
    steps: ClassVar[int] = STEPS
    longest: ClassVar[int] = EPISODE_LIMIT

    def make_env(self) -> AECEnv[Any, Any, Any]:
        """Return a fresh environment, independent of those returned before."""
        raise NotImplementedError(
            f"{type(self).__name__} has no make_env; define it, and return a fresh environment"
        )

    @pytest.mark.parametrize("check", [check.name for check in ENVIRONMENT_CHECKS])
    def test_environment(self, check: str) -> None:
        """Pass, fail or skip by one check's verdict."""
        result = self._results()[check]
        if result.verdict == "skip":
            pytest.skip(result.message)
        if result.verdict == "fail":
            pytest.fail(f"{result.asks}\n  {result.message}", pytrace=False)

    def _results(self) -> dict[str, CheckResult]:
        """Return the verdicts by name, found once for all tests of a class."""
        kind: Any = type(self)
        if "_found" not in kind.__dict__:
            results = verify_environment(
                self.make_env, seed=self.seed, steps=self.steps, longest=self.longest
            )
            kind._found = {result.name: result for result in results}
        found: dict[str, CheckResult] = kind._found
        return found
