"""Text of hostile programs, made safe to show on a terminal or a page."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return text with every character that is not printable written as its escape.

    Control characters could rewrite a terminal, direction marks reorder a line, and lone
    surrogates cannot be written at all. Line ends and tabs stay.
    """
    return "".join(
        letter
        if letter.isprintable() or letter in "\n\t"
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
