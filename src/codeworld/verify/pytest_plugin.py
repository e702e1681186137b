"""Game files as test files: every check one test. The hooks are in `pytest_codeworld`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from codeworld.errors import CodeworldError
from codeworld.games.scenario import load_scenarios
from codeworld.games.source_file import read_source
from codeworld.seeding import check_seed
from codeworld.verify.budget import QUICK, Budget
from codeworld.verify.checks import Check, CheckResult
from codeworld.verify.printable import printable
from codeworld.verify.reference_file import open_reference
from codeworld.verify.report import Report
from codeworld.verify.verification import CHECKS, verify_game


class CheckFailed(Exception):  # noqa: N818 - a verdict, shown without a traceback
    """A check failed.

    Attributes:
        result: the verdict.
    """

    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.message)
        self.result = result


class GameFile(pytest.File):
    """A GameCWM file. It is read and run in sandboxed workers, never imported."""

    def collect(self) -> Iterator[CheckItem]:
        """Yield every check as a test.

        Raises:
            CollectError: if the file, the reference or the scenarios cannot be read.
        """
        try:
            self._arguments = self._read_arguments()
        except CodeworldError as error:
            raise self.CollectError(f"{type(error).__name__}: {error}") from error
        for check in CHECKS:
            yield CheckItem.from_parent(self, name=check.name, check=check)

    def _read_arguments(self) -> dict[str, Any]:
        """Return the arguments of `verify_game` that files and options give."""
        option = self.config.getoption
        reference, scenarios = option("codeworld_reference"), option("codeworld_scenarios")
        start = self.config.invocation_params.dir
        return {
            "source": read_source(self.path),
            "reference": open_reference(reference, start) if reference else None,
            "scenarios": load_scenarios(read_source(start / scenarios)) if scenarios else (),
            "seed": check_seed(option("codeworld_seed")),
            "budget": QUICK if option("codeworld_budget") == "quick" else Budget(),
        }

    @cached_property
    def report(self) -> Report:
        """The report, made when the first check asks for it."""
        return verify_game(**self._arguments)

    def command(self) -> str:
        """Return the command that makes the same report."""
        words = ["codeworld", "verify", _relative(self.path, self.config.invocation_params.dir)]
        for name in ("reference", "scenarios", "seed", "budget"):
            value = self.config.getoption(f"codeworld_{name}")
            if value and value != "default":
                words += [f"--{name}", str(value)]
        return shlex.join(words)


class CheckItem(pytest.Item):
    """One check of a game file."""

    parent: GameFile

    def __init__(self, *, check: Check[Any], **others: Any) -> None:
        super().__init__(**others)
        self._check = check
        self.extra_keyword_matches.add(check.tier)

    def runtest(self) -> None:
        """Pass, fail or skip by the check's verdict."""
        result = next(one for one in self.parent.report.checks if one.name == self.name)
        if result.verdict == "skip":
            pytest.skip(printable(result.message))
        if result.verdict == "fail":
            raise CheckFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what is wrong and how to see it again, without a traceback."""
        error = excinfo.value
        if isinstance(error, CodeworldError):
            return f"no verdict: {type(error).__name__}: {error}"
        if not isinstance(error, CheckFailed):
            return super().repr_failure(excinfo, style)
        lines = [error.result.asks, f"  {error.result.message}"]
        if error.result.actions is not None:
            line = ", ".join(error.result.actions) or "the initial state"
            lines.append(f"  after: {line}")
        return printable("\n".join([*lines, f"again: {self.parent.command()}"]))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where the test is from, and its title."""
        return self.path, None, f"{self._check.tier}: {self.name}"


def _relative(path: Path, start: Path) -> str:
    return str(path.relative_to(start) if path.is_relative_to(start) else path)
