"""The sandbox: game programs are checked, compiled and run here, and nowhere else."""

from codeworld.sandbox.compiler import check_policy, compile_game
from codeworld.sandbox.fuel import DEFAULT_FUEL
from codeworld.sandbox.isolation import (
    IsolatedGame,
    IsolationReport,
    Job,
    JobResult,
    Layers,
    LayerStatus,
    Limits,
    WorkerPool,
    isolation_report,
    open_isolated_game,
)
from codeworld.sandbox.statements import find_statements

__all__ = [
    "DEFAULT_FUEL",
    "IsolatedGame",
    "IsolationReport",
    "Job",
    "JobResult",
    "LayerStatus",
    "Layers",
    "Limits",
    "WorkerPool",
    "check_policy",
    "compile_game",
    "find_statements",
    "isolation_report",
    "open_isolated_game",
]
