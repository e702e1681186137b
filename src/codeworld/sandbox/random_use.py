"""Whether a program's moves draw from `random`, or only its `resample_history` does.

Histories are resampled with a seed of their own for every call, so a program that draws nowhere
else keeps nothing between calls.
"""

from __future__ import annotations

import ast

from codeworld.contract import CONTRACT

_RESAMPLE = "resample_history"


def random_names(tree: ast.Module) -> frozenset[str]:
    """Return the names by which a program calls `random` or what is in it."""
    names = {"random"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(item.asname or item.name for item in node.names if item.name == "random")
        elif isinstance(node, ast.ImportFrom) and node.module == "random":
            names.update(item.asname or item.name for item in node.names)
    return frozenset(names)


def steps_use_random(tree: ast.Module) -> bool:
    """Tell whether a contract function other than `resample_history` can draw from `random`."""
    names = random_names(tree)
    definitions = {
        node.name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    imports_inside = any(
        isinstance(part, (ast.Import, ast.ImportFrom))
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for part in ast.walk(node)
    )
    reached = {function.name for function in CONTRACT if function.name != _RESAMPLE}
    reached.update(_module_level_reads(tree))
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


def _module_level_reads(tree: ast.Module) -> set[str]:
    """Return the names that module-level statements read, definitions and imports aside."""
    return {
        part.id
        for node in tree.body
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for part in ast.walk(node)
        if isinstance(part, ast.Name)
    }
