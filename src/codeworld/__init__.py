"""codeworld: the rules of a game become a safe, verified PettingZoo environment."""

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game, Position
from codeworld.envs import EnvOptions, EnvState, GameEnv, infer_spec
from codeworld.envs.make import make, make_from_source
from codeworld.generate.generation import make_from_rules
from codeworld.sandbox import compile_game
from codeworld.spec import GameSpec

__all__ = [
    "CHANCE_PLAYER",
    "TERMINAL_PLAYER",
    "EnvOptions",
    "EnvState",
    "Game",
    "GameEnv",
    "GameSpec",
    "Position",
    "compile_game",
    "infer_spec",
    "make",
    "make_from_rules",
    "make_from_source",
]
