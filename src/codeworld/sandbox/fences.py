"""Programs inside prose: the Python block of a text that a language model wrote."""

from __future__ import annotations

import ast
import re
import textwrap

from codeworld.contract import CONTRACT

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n`]*$", re.MULTILINE)


def extract_program(text: str) -> str:
    """Return the program in `text`.

    A text that is Python is returned unaltered. Otherwise, of its fenced blocks, the one that
    defines most of the contract's functions is taken; a text without fences is returned as it is.
    """
    if "```" not in text and "~~~" not in text:
        return text
    if _defined(text) is not None:
        return text
    blocks = _blocks(text)
    if not blocks:
        return text
    return max(blocks, key=_merit)


def _blocks(text: str) -> list[str]:
    """Return the contents of the fenced blocks of `text`; the last may lack its closing fence."""
    blocks: list[str] = []
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opening is None:
            opening = fence
        elif fence.group(1).startswith(opening.group(1)) and not fence.group(2):
            blocks.append(text[opening.end() + 1 : fence.start()])
            opening = None
    if opening is not None:
        blocks.append(text[opening.end() + 1 :])
    return [textwrap.dedent(block) for block in blocks if block.strip()]


def _merit(block: str) -> tuple[int, int]:
    """Return how much `block` looks like a game: parsed functions first, then mere mentions."""
    defined = _defined(block)
    mentioned = sum(f"def {function.name}" in block for function in CONTRACT)
    return (len(defined) if defined is not None else 0, mentioned)


def _defined(text: str) -> set[str] | None:
    """Return the contract functions that `text` defines, or None if it is not Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return names & {function.name for function in CONTRACT}
