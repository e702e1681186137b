"""Reads a game program from a file of the user's."""

from __future__ import annotations

from pathlib import Path

from codeworld.errors import SourceFileError

MAX_BYTES = 1_000_000
"""Largest file that is read; the longest curated program has a few thousand bytes."""


def read_source(path: str | Path) -> str:
    """Return the text of a game file.

    Args:
        path: a UTF-8 file; the extension does not matter.

    Raises:
        SourceFileError: if there is no such file, or it is a folder, unreadable, too large or not
            text.
    """
    path = Path(path).expanduser()
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise SourceFileError(f"{path} is a folder; name the game file in it")
        if size > MAX_BYTES:
            raise SourceFileError(
                f"{path} has {size:,} bytes, more than the {MAX_BYTES:,} that a game program may "
                "have; is it the right file?"
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceFileError(f"there is no file {path}; check the path") from error
    except OSError as error:
        raise SourceFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceFileError(
            f"{path} is not text: byte {error.start} is not UTF-8; a game program is a text file"
        ) from error
    if "\0" in text:
        raise SourceFileError(f"{path} is not text: it holds NUL bytes")
    return text
