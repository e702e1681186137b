"""The curated games: their rules, programs, facts and scenarios, and the catalogue that loads them.

A game is a folder beside this file: `rules.md` (the rules for a person, its first heading the
title), `rules.2.md` and so on (the same rules in other words), `game.py` (the GameCWM, read as text
and never imported), `spec.json` (the declared `GameSpec`) and `scenarios.toml` (lines of play with
facts that must hold). Adding a folder adds a game.

Where something may vary, such as the size of a board, `parameters.toml` says what, and
`rules.template.md` has the rules of every variant.
"""

from codeworld.games.catalogue import HELD_OUT, CuratedGame, load, names
from codeworld.games.parameters import Parameter, ParameterValue
from codeworld.games.scenario import Scenario, check_scenario, load_scenarios
from codeworld.games.variants import GameVariant, instantiate, parameters_of

__all__ = [
    "HELD_OUT",
    "CuratedGame",
    "GameVariant",
    "Parameter",
    "ParameterValue",
    "Scenario",
    "check_scenario",
    "instantiate",
    "load",
    "load_scenarios",
    "names",
    "parameters_of",
]
