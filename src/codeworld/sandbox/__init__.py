"""The sandbox: game programs are checked, compiled and run here, and nowhere else."""

from codeworld.sandbox.compiler import check_policy, compile_game
from codeworld.sandbox.fuel import DEFAULT_FUEL

__all__ = [
    "DEFAULT_FUEL",
    "check_policy",
    "compile_game",
]
