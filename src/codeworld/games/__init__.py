"""The curated games: their rules, programs, facts and scenarios, and the catalogue that loads them.

A game is a folder beside this file: `rules.md` (the rules for a person, its first heading the
title), `rules.2.md` and so on (the same rules in other words), `game.py` (the GameCWM, read as text
and never imported), `spec.json` (the declared `GameSpec`) and `scenarios.toml` (lines of play with
facts that must hold). Adding a folder adds a game.
"""

from codeworld.games.catalogue import CuratedGame, load, names
from codeworld.games.scenario import Scenario, check_scenario, load_scenarios

__all__ = [
    "CuratedGame",
    "Scenario",
    "check_scenario",
    "load",
    "load_scenarios",
    "names",
]
