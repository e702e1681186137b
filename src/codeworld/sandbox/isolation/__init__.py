"""Where unverified programs run: worker processes behind layers of isolation."""

from codeworld.sandbox.isolation.isolated_game import IsolatedGame, open_isolated_game
from codeworld.sandbox.isolation.jobs import Job, JobResult
from codeworld.sandbox.isolation.layers import IsolationReport, Layers, LayerStatus
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.isolation.pool import WorkerPool
from codeworld.sandbox.isolation.shared_server import isolation_report

__all__ = [
    "IsolatedGame",
    "IsolationReport",
    "Job",
    "JobResult",
    "LayerStatus",
    "Layers",
    "Limits",
    "WorkerPool",
    "isolation_report",
    "open_isolated_game",
]
