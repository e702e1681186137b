"""Makes environments: from a curated game, from a game file, from a program's text."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from codeworld import games
from codeworld.contract import Game
from codeworld.envs.aec import GameEnv
from codeworld.envs.options import EnvOptions
from codeworld.errors import UnknownGameError
from codeworld.games.source_file import read_source
from codeworld.sandbox import compile_game, open_isolated_game
from codeworld.spec import GameSpec

Isolation: TypeAlias = Literal["process", "in_process"]


def make(
    game: str | Path,
    *,
    isolation: Isolation | None = None,
    allow_weak_sandbox: bool = False,
    spec: GameSpec | None = None,
    **options: Any,
) -> GameEnv:
    """Return the environment of a curated game or of a game file.

    Args:
        game: the id of a curated game (`codeworld games` lists them), or the path of a game file.
        isolation: where the program runs: `"process"`, a sandboxed worker process, or
            `"in_process"`, here, held by the language policy and by fuel alone. Both give the same
            results. By default curated games run in process, and files in a worker.
        allow_weak_sandbox: let a worker run even where the machine cannot isolate it strongly.
        spec: the game's facts; by default those declared with a curated game, or inferred.
        **options: fields of `EnvOptions`, such as `render_mode="ansi"` or `max_steps=50`; of a
            curated game, too, the values of its parameters, such as `rows=6`
            (`codeworld games ID` lists them). The facts of a variant are inferred.

    Raises:
        UnknownGameError: if neither a curated game nor a file goes by that name.
        ParameterError: if a curated game has no such parameter, or no such variant.
        SourceFileError: if the file cannot be read.
        GameError: if the program does not load or breaks the contract.
        SandboxUnavailableError: if the machine cannot isolate the program as required.
    """
    if _is_path(game):
        source = read_source(game)
        name = Path(game).stem
        return make_from_source(
            source,
            isolation=isolation or "process",
            allow_weak_sandbox=allow_weak_sandbox,
            spec=spec,
            **{"name": name, **options},
        )
    curated = games.load(str(game))
    parameters = {key: options.pop(key) for key in [*options] if key not in EnvOptions.__slots__}
    variant = games.instantiate(curated.name, **parameters)
    same = variant.source == curated.source
    return make_from_source(
        variant.source,
        isolation=isolation or "in_process",
        allow_weak_sandbox=allow_weak_sandbox,
        spec=spec or (curated.spec if same else None),
        **{"name": curated.name if same else variant.label, **options},
    )


def make_from_source(
    source: str,
    *,
    isolation: Isolation = "process",
    allow_weak_sandbox: bool = False,
    spec: GameSpec | None = None,
    **options: Any,
) -> GameEnv:
    """Return the environment of a GameCWM, given as text.

    Args:
        source: the program.
        isolation: `"process"` runs it in a sandboxed worker process, as is right for programs that
            nobody has verified; `"in_process"` here.
        allow_weak_sandbox: let a worker run even where the machine cannot isolate it strongly.
        spec: the game's facts; inferred if not given.
        **options: fields of `EnvOptions`.

    Raises:
        GameError: if the program does not load or breaks the contract.
        SandboxUnavailableError: if the machine cannot isolate the program as required.
    """
    chosen = replace(EnvOptions(), **options)
    return GameEnv(load_game(source, isolation, allow_weak_sandbox), spec, chosen)


def load_game(source: str, isolation: Isolation, allow_weak_sandbox: bool = False) -> Game:
    """Return the loaded game of a program.

    Raises:
        ValueError: if there is no such isolation.
        GameError: if the program does not load.
        SandboxUnavailableError: if the machine cannot isolate the program as required.
    """
    if isolation == "in_process":
        return compile_game(source)
    if isolation == "process":
        return open_isolated_game(source, allow_weak_sandbox=allow_weak_sandbox)
    raise ValueError(f"isolation is {isolation!r}; it must be 'process' or 'in_process'")


def _is_path(game: str | Path) -> bool:
    """Return whether a name means a file rather than a curated game.

    Raises:
        UnknownGameError: if it is neither text nor a path.
    """
    if not isinstance(game, (str, Path)):
        raise UnknownGameError(
            f"{game!r} is neither the id of a curated game nor a path; "
            "for a program's text use make_from_source"
        )
    if isinstance(game, Path) or game.endswith(".py") or os.sep in game:
        return True
    return game not in games.names() and Path(game).is_file()
