"""The hooks of codeworld's pytest plugin.

pytest imports this in every project of the environment that it is installed in, so it lies outside
the package `codeworld` and imports nothing of it before the option is used.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("codeworld", "verification of game programs")
    group.addoption(
        "--codeworld",
        action="append",
        default=[],
        metavar="FILE",
        help="Verify this GameCWM file, every check one test. It runs in sandboxed workers only. "
        "May be given more than once; without test files beside it, nothing else is tested.",
    )
    group.addoption(
        "--codeworld-reference",
        metavar="ID",
        help="Curated game, or path of a trusted game file, that it must play as.",
    )
    group.addoption(
        "--codeworld-scenarios",
        metavar="FILE",
        help="Scenario file: lines of play with facts that must hold.",
    )
    group.addoption(
        "--codeworld-seed",
        type=int,
        default=0,
        metavar="N",
        help="Seed of everything that is drawn (default: 0).",
    )
    group.addoption(
        "--codeworld-budget",
        choices=["quick", "default"],
        default="default",
        help="How far to look.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Put the game files among the files to test."""
    files = config.getoption("codeworld")
    if files:
        given = config.args_source is pytest.Config.ArgsSource.ARGS
        config.args = [*(config.args if given else ()), *files]


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect game files, and let nobody else collect them: that would import them here."""
    collected = yield
    config = parent.config
    files = config.getoption("codeworld")
    start = config.invocation_params.dir
    if any(file_path.samefile(start / file) for file in files if (start / file).exists()):
        from codeworld.verify.pytest_plugin import GameFile

        return [GameFile.from_parent(parent, path=file_path)]
    return collected
