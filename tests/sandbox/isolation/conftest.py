"""The pools that the tests of isolation share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codeworld.sandbox import WorkerPool

TASKS = "isolation_tasks"


@pytest.fixture(scope="session", autouse=True)
def importable_tasks() -> Iterator[None]:
    """Let the zygotes import `isolation_tasks`; they get this process's module path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        yield


@pytest.fixture(scope="session")
def pool(importable_tasks: None) -> Iterator[WorkerPool]:
    with WorkerPool(2, modules=[TASKS]) as shared:
        yield shared
