"""Environments: games as PettingZoo AEC environments."""

from codeworld.envs.aec import GameEnv
from codeworld.envs.env_state import EnvState
from codeworld.envs.inference import ExplorationBudget, infer_spec
from codeworld.envs.options import EnvOptions

__all__ = [
    "EnvOptions",
    "EnvState",
    "ExplorationBudget",
    "GameEnv",
    "infer_spec",
]
