"""Verification: what a game program does, recorded and held against what it should do."""

from codeworld.verify.budget import QUICK, Budget
from codeworld.verify.checks import TIERS, Check, CheckResult, Failure, Tier, Verdict
from codeworld.verify.reference import Reference
from codeworld.verify.report import Coverage, Report
from codeworld.verify.reward import compute_reward, compute_rewards, score
from codeworld.verify.traces import Trace, TraceStep, record_trace, replay_trace
from codeworld.verify.verification import (
    CHECKS,
    Verifier,
    shared_verifier,
    verify_game,
)

__all__ = [
    "CHECKS",
    "QUICK",
    "TIERS",
    "Budget",
    "Check",
    "CheckResult",
    "Coverage",
    "Failure",
    "Reference",
    "Report",
    "Tier",
    "Trace",
    "TraceStep",
    "Verdict",
    "Verifier",
    "compute_reward",
    "compute_rewards",
    "record_trace",
    "replay_trace",
    "score",
    "shared_verifier",
    "verify_game",
]
