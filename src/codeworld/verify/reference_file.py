"""References that a person names: the id of a curated game, or the path of a trusted file."""

from __future__ import annotations

import os
from pathlib import Path

from codeworld.games.source_file import read_source
from codeworld.verify.reference import Reference, find_reference


def open_reference(name: str, folder: Path | None = None) -> Reference:
    """Return the reference of that name.

    Args:
        name: the id of a curated game, or a path: it ends in `.py`, holds a
            separator, or is there.
        folder: where a relative path starts; the working directory by default.

    Raises:
        UnknownGameError: if it is no path, and no curated game goes by that name.
        SourceFileError: if it is a path, and no such file can be read.
    """
    path = (folder or Path()) / name
    if name.endswith(".py") or os.sep in name or path.is_file():
        return Reference(path.name, read_source(path))
    return find_reference(name)
