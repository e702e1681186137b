"""A candidate's text: what can be said of it by looking at it and by parsing it."""

from __future__ import annotations

import ast
import unicodedata  # noqa: F401 - the parser imports it at the first name that is not ASCII
import warnings
from types import CodeType

from codeworld.errors import GameSyntaxError
from codeworld.sandbox.faults import shorten
from codeworld.sandbox.fences import extract_program
from codeworld.sandbox.nodes import all_nodes

MAX_SOURCE_BYTES = 1_000_000
"""Size of the largest source that is looked at, encoded as UTF-8."""

MAX_NODES = 40_000
"""Nodes in the largest syntax tree that is looked at; a long game has a fifth of that."""

_MAX_LINE = 120
"""Characters of an offending line shown in a message."""


def checked_text(source: str) -> str:
    """Return the program in `source`, after the checks that need no parser.

    Raises:
        GameSyntaxError: if it is empty, binary or too large.
    """
    if type(source) is not str:
        raise GameSyntaxError(
            f"the source of a game must be a str, not {type(source).__name__}; decode it first"
        )
    if len(source) > MAX_SOURCE_BYTES or len(source.encode(errors="replace")) > MAX_SOURCE_BYTES:
        raise GameSyntaxError(
            f"the source is larger than {MAX_SOURCE_BYTES} bytes; a game program is a few kilobytes"
        )
    if "\0" in source:
        raise GameSyntaxError("the source holds NUL characters: it is not text; pass Python source")
    try:
        source.encode()
    except UnicodeEncodeError:
        raise GameSyntaxError("the source is not valid Unicode text; decode it as UTF-8") from None
    text = extract_program(source.removeprefix("\ufeff"))
    if not text.strip():
        raise GameSyntaxError("the source is empty; pass a program that defines the contract")
    return text


def parse(text: str) -> ast.Module:
    """Return the tree of `text`.

    Raises:
        GameSyntaxError: if it is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as `"\d"`: a matter of style
            tree = ast.parse(text)
        if len(all_nodes(tree)) > MAX_NODES:
            raise GameSyntaxError(
                f"the source has more than {MAX_NODES} parts; a game program is far smaller"
            )
        return tree
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise syntax_error(error, text) from None


def compile_quietly(source: str | ast.Module, filename: str) -> CodeType:
    """Return the code object of a module, without warnings and without inherited features."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code: CodeType = compile(source, filename, "exec", dont_inherit=True, optimize=0)
    return code


def check_compiles(text: str) -> None:
    """Raise the GameSyntaxError of what only the compiler knows: `break` outside a loop."""
    try:
        compile_quietly(text, "<game>")
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise syntax_error(error, text) from None


def syntax_error(error: Exception, text: str) -> GameSyntaxError:
    """Return the GameSyntaxError for what the parser or the compiler raised."""
    if isinstance(error, (RecursionError, MemoryError)):
        return GameSyntaxError("the source is nested too deeply; write it in smaller expressions")
    if not isinstance(error, SyntaxError) or error.lineno is None:
        return GameSyntaxError(f"the source is not Python: {shorten(str(error))}")
    lines = text.splitlines()
    message = f"line {error.lineno}: {error.msg}"
    if 0 < error.lineno <= len(lines):
        shown = lines[error.lineno - 1].expandtabs(1)[:_MAX_LINE]
        caret = " " * min(max((error.offset or 1) - 1, 0), len(shown)) + "^"
        message += f"\n    {shown}\n    {caret}"
    return GameSyntaxError(message)
