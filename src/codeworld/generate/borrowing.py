"""Gives a program the conventions that its model forgot to copy from the example it was shown.

Small models copy `board[cell] == EMPTY` from an example and leave out `EMPTY = "."`. Only what no
rules text decides is taken from the example: imports, ids of players that are none, marks of one
letter. A value that the rules decide stays missing, for the example's would make another game of
the program, and of others of the same model, which would then confirm each other.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator

from codeworld.generate.extraction import UNREADABLE


def borrow_conventions(source: str, example: str) -> tuple[str, tuple[str, ...]]:
    """Return a program with the conventions that it lacks and its example has, and their names.

    A program that cannot be read, or lacks nothing, is returned as it is.
    """
    missing = _missing_names(source)
    borrowed: list[str] = []
    lines: list[str] = []
    for statement in ast.parse(example).body:
        names = missing.intersection(_convention_names(statement))
        if names:
            borrowed += sorted(names)
            lines.append(ast.unparse(statement))
    return "\n".join([*lines, source]), tuple(borrowed)


def _convention_names(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement defines, if it is a convention."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name
    elif isinstance(statement, ast.Assign) and _is_convention(statement.value):
        for target in statement.targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _is_convention(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return all(map(_is_convention, value.elts))
    try:
        mark = ast.literal_eval(value)
    except ValueError:
        return False
    if isinstance(mark, int):
        return mark < 0
    return mark is None or (isinstance(mark, str) and len(mark) == 1)


def _missing_names(source: str) -> frozenset[str]:
    """Return the global names that a program uses and does not define, built-in ones included."""
    try:
        module = symtable.symtable(source, "<game>", "exec")
    except UNREADABLE:
        return frozenset()
    bound = {one.get_name() for one in module.get_symbols() if _is_bound(one)}
    used = {symbol.get_name() for table in _tables(module) for symbol in _global_uses(table)}
    return frozenset(used - bound)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _global_uses(table: symtable.SymbolTable) -> Iterator[symtable.Symbol]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
