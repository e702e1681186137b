"""Families: kinds of games with parameters, each an endless source of complete tasks.

A family is a folder beside this file:

- `family.toml`: what it is, its parameters with their ranges and the reasons for them, its themes
  (the words in which it is told), and facts of its games, as expressions over the parameters;
- `program.<style>.py.jinja`: the GameCWM, once for each of at least two ways to write it;
- `rules.<wording>.md.jinja`: the complete rules, once for each of at least four people's words.

A task is one game of a family: its rules in one wording and its program in one style, both for the
same parameters and theme. Adding a folder adds a family; `docs/families.md` says how.
"""

from codeworld.games.families.family import Family, load, names
from codeworld.games.families.sampling import SPLITS, Split, find, sample, split_of, stream
from codeworld.games.families.task import ExampleMove, GameTask, make

__all__ = [
    "SPLITS",
    "ExampleMove",
    "Family",
    "GameTask",
    "Split",
    "find",
    "load",
    "make",
    "names",
    "sample",
    "split_of",
    "stream",
]
