"""Programs inside prose: the Python block of a text that a language model wrote."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

from codeworld.contract import CONTRACT
from codeworld.sandbox.census import Census

_FENCE = re.compile(r"^[ \t]*+(`{3,}+|~{3,}+)[ \t]*+([\w+-]*+)[^\n`]*+$", re.MULTILINE)


_CODE_LINE = re.compile(
    r"[ \t@#\"'\[({})\]]|(def|class|import|from|if|elif|else|for|while|try|except|return|pass|"
    r"assert|raise|with|match|case|async|global|del)\b|[\w., \[\]'\":|]+=|[\w.]+\(|[A-Za-z_]\w*\s*:"
)
"""The beginning of a line that could be Python at module level or inside a block."""


_BLANK_LINE = re.compile(r"(\n[ \t]*\n)")


def extract_program(text: str) -> str:
    """Return the program in `text`.

    A text that is Python is returned unaltered. Otherwise, of its fenced blocks, the one that
    defines most of the contract's functions is taken, with the blocks that define names it reads;
    without fences, paragraphs of prose before and after the program are left out, if what remains
    is Python.
    """
    if _defined(text) is not None:
        return text
    blocks = _blocks(text)
    if blocks:
        best = max(blocks, key=_merit)
        return _with_companions(best, blocks)
    trimmed = _without_prose(text)
    return trimmed if _defined(trimmed) else text


def _with_companions(best: str, blocks: list[str]) -> str:
    """Return `best`, after those other blocks that bind a name which it reads and does not bind."""
    try:
        census = Census(ast.parse(best))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return best
    missing = {name for name in census.reads if census.is_builtin(name)}
    companions = []
    for block in blocks:
        if block is best or _defined(block) != set():
            continue
        if missing & Census(ast.parse(block)).bindings.keys():
            companions.append(block)
    joined = "\n".join((*companions, best))
    return joined if _defined(joined) is not None else best


def _without_prose(text: str) -> str:
    """Return `text` without the paragraphs of prose at its beginning and end."""
    paragraphs = _BLANK_LINE.split(text)
    start, end = 0, len(paragraphs)
    while start < end and _is_prose(paragraphs[start]):
        start += 2
    while end > start and _is_prose(paragraphs[end - 1]):
        end -= 2
    return "".join(paragraphs[start:end])


def _is_prose(paragraph: str) -> bool:
    """Tell whether no line of `paragraph` begins as Python does, and one has several words."""
    lines = [line for line in paragraph.splitlines() if line.strip()]
    return all(not _CODE_LINE.match(line) for line in lines) and any(
        len(line.split()) > 2 for line in lines
    )


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return names & {function.name for function in CONTRACT}
