"""Keeps inferred specs on disk, by source hash, so that a game is explored once."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import platformdirs

from codeworld.contract import Game
from codeworld.envs.inference import VERSION, infer_spec
from codeworld.errors import SpecError
from codeworld.spec import GameSpec

CACHE_VARIABLE = "CODEWORLD_CACHE"
"""Environment variable that moves the cache folder."""

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder that codeworld caches in; it need not exist yet."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("codeworld"))


def find_spec(game: Game) -> GameSpec:
    """Return the inferred spec of a game, from the cache where it is known already.

    A cache that cannot be read or written costs time, not correctness: it is reported in the log,
    and the spec is inferred.

    Raises:
        GameError: if the game fails or breaks the contract while it is explored.
    """
    path = cache_folder() / "specs" / f"{game.source_hash}-{VERSION}.json"
    try:
        return GameSpec.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError, SpecError) as error:
        logger.warning("the cached spec %s cannot be used and is made anew: %s", path, error)
    spec = infer_spec(game)
    try:
        _write(path, spec.to_json())
    except OSError as error:
        logger.warning("the spec cannot be cached in %s: %s", path.parent, error)
    return spec


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False
    ) as file:
        file.write(text)
    Path(file.name).replace(path)
