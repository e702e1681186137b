"""Verification: what a game program does, recorded and held against what it should do."""

from codeworld.verify.traces import Trace, TraceStep, record_trace, replay_trace

__all__ = [
    "Trace",
    "TraceStep",
    "record_trace",
    "replay_trace",
]
