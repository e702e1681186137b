"""Whether a program's moves draw from `random`, or only its `resample_history` does.

Histories are resampled with a seed of their own for every call, so a program that draws nowhere
else keeps nothing between calls.
"""

from __future__ import annotations

import ast

from codeworld.contract import CONTRACT
from codeworld.sandbox.nodes import all_nodes

_RESAMPLE = "resample_history"


def random_names(tree: ast.Module) -> frozenset[str]:
    """Return the names by which a program calls `random` or what is in it."""
    names = {"random"}
    for node in all_nodes(tree):
        if isinstance(node, ast.Import):
            names.update(item.asname or item.name for item in node.names if item.name == "random")
        elif isinstance(node, ast.ImportFrom) and node.module == "random":
            names.update(item.asname or item.name for item in node.names)
    return frozenset(names)


def steps_use_random(tree: ast.Module, names: frozenset[str]) -> bool:
    """Tell whether a contract function other than `resample_history` can draw from `random`.

    Args:
        tree: the program.
        names: its names for `random` and what is in it.
    """
    definitions: dict[str, set[str]] = {}
    reached = {function.name for function in CONTRACT if function.name != _RESAMPLE}
    imports_inside = False
    for statement in tree.body:
        parts = all_nodes(statement)
        reads = {part.id for part in parts if isinstance(part, ast.Name)}
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            definitions[statement.name] = reads
            imports_inside |= any(isinstance(part, ast.Import | ast.ImportFrom) for part in parts)
        else:
            reached |= reads
    if reached & names:
        return True  # `draw = random.choice`: who calls it by that name is not followed
    waiting = [name for name in reached if name in definitions]
    while waiting:
        reads = definitions[waiting.pop()]
        if reads & names or imports_inside:
            return True
        waiting.extend(name for name in reads & definitions.keys() if name not in reached)
        reached |= reads
    return False
