"""Copies of an environment amid an episode: how they go on, and how the original does."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

from gymnasium.utils import EzPickle
from pettingzoo.utils.env import AECEnv

from codeworld.contract import Game
from codeworld.errors import SandboxUnavailableError
from codeworld.verify.environment_evidence import Copied
from codeworld.verify.playing import replay
from codeworld.verify.playthrough import Playthrough, calling

COPIED_AFTER = 8
"""The latest moment that is copied."""

PLAYED_ON = 12
"""Moments that are played from a copy."""


def go_on_copied(env: AECEnv[Any, Any, Any], recorded: Playthrough) -> Copied:
    """Make a deep copy amid a recorded episode, and play on in both."""
    fresh = not hasattr(type(env.unwrapped), "__deepcopy__") and _makes_anew(env)
    return _go_on(env, recorded, "copy.deepcopy", copy.deepcopy, fresh=fresh)


def go_on_pickled(env: AECEnv[Any, Any, Any], recorded: Playthrough) -> Copied:
    """Pickle and unpickle amid a recorded episode, and play on in both."""
    return _go_on(env, recorded, "pickle", _pickled, fresh=_makes_anew(env))


def go_on_restored(env: AECEnv[Any, Any, Any], recorded: Playthrough) -> Copied:
    """Take a moment of a `GameEnv`, play on, go back to it, and play on again."""
    start = _middle(recorded)
    replay(env, recorded, steps=start)
    game = env.unwrapped
    with calling("get_state", "get_state()"):
        moment = game.get_state()
    original = replay(env, recorded, start=start, steps=PLAYED_ON)
    with calling("set_state", "set_state(moment)"):
        game.set_state(moment)
    copied = replay(env, recorded, start=start, steps=PLAYED_ON)
    return Copied("get_state and set_state", "", start, original, copied)


def _go_on(
    env: AECEnv[Any, Any, Any],
    recorded: Playthrough,
    how: str,
    make_copy: Callable[[Any], Any],
    *,
    fresh: bool,
) -> Copied:
    if fresh:
        return Copied(how, "EzPickle copies make a new environment, which has not been reset")
    start = _middle(recorded)
    replay(env, recorded, steps=start)
    try:
        twin = make_copy(env)
    except SandboxUnavailableError:
        raise
    except Exception as error:
        return Copied(how, f"{type(error).__name__}: {error}")
    copied = replay(twin, recorded, start=start, steps=PLAYED_ON)
    original = replay(env, recorded, start=start, steps=PLAYED_ON)
    return Copied(how, "", start, original, copied)


def _middle(recorded: Playthrough) -> int:
    return min(len(recorded.moments) // 2, COPIED_AFTER)


def _makes_anew(env: AECEnv[Any, Any, Any]) -> bool:
    return getattr(type(env.unwrapped), "__setstate__", None) is EzPickle.__setstate__


class _Pickler(pickle.Pickler):
    """Pickles all but games, since a copy of an isolated one would be another worker."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.games: list[Game] = []

    def persistent_id(self, obj: Any) -> int | None:
        if not isinstance(obj, Game):
            return None
        self.games.append(obj)
        return len(self.games) - 1


class _Unpickler(pickle.Unpickler):
    """Unpickles what `_Pickler` wrote, with the same games."""

    def __init__(self, file: io.BytesIO, games: list[Game]) -> None:
        super().__init__(file)
        self._games = games

    def persistent_load(self, pid: int) -> Game:
        return self._games[pid]


def _pickled(env: AECEnv[Any, Any, Any]) -> Any:
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(env)
    file.seek(0)
    return _Unpickler(file, pickler.games).load()
