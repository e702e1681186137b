"""Finds the program in what a model sends: fences, prose, cut-off code, a class around it all."""

from __future__ import annotations

import ast
import re
import textwrap

from codeworld.contract import CONTRACT

_FENCE = re.compile(
    r"^[ \t]*(?:```|~~~)[ \t]*[\w+-]*[ \t]*\r?\n(.*?)(?:^[ \t]*(?:```|~~~)|\Z)", re.M | re.S
)
_NAMES = tuple(function.name for function in CONTRACT)
_CODE_START = re.compile(r"^(?:from |import |def |class |@|[A-Za-z_]\w* *(?::[^=\n]+)?= ?)", re.M)


def extract_program(text: str) -> str:
    """Return the program in a model's answer; "" if there is none.

    Of several code blocks, one that defines the contract alone is taken, the last such; blocks
    that define it only together are put together. Code that is cut off loses its unfinished last
    statement, so that what is there can be judged. A class around the functions is taken off.
    """
    blocks = [textwrap.dedent(block) for block in _FENCE.findall(text)]
    if not blocks:
        blocks = [_without_prose(text)]
    whole = [block for block in blocks if _count(block) == max(map(_count, blocks))]
    program = whole[-1]
    together = "\n\n".join(blocks)
    if _count(together) > _count(program):
        program = together
    if not _count(program):
        return ""
    return _without_class(_without_ragged_end(program.expandtabs(4))).strip() + "\n"


def _count(block: str) -> int:
    """How many functions of the contract a block defines."""
    return sum(bool(re.search(rf"^\s*def {name}\b", block, re.M)) for name in _NAMES)


def _without_prose(text: str) -> str:
    """Return the text from its first line of code on."""
    start = _CODE_START.search(text)
    return text[start.start() :] if start else ""


def _without_ragged_end(program: str) -> str:
    """Return the program up to its last whole statement, if it is not whole itself."""
    lines = program.splitlines()
    for end in range(len(lines), 0, -1):
        if end < len(lines) and lines[end].startswith((" ", "\t", ")", "]", "}")):
            continue  # only cut between statements of the module
        shortened = "\n".join(lines[:end])
        try:
            ast.parse(shortened)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return shortened if _count(shortened) else program
    return program


def _without_class(program: str) -> str:
    """Return the program with the methods of its only class as functions, if all are there."""
    try:
        body = ast.parse(program).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return program
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    if len(classes) != 1 or functions.intersection(_NAMES):
        return program
    methods = [node for node in classes[0].body if isinstance(node, ast.FunctionDef)]
    if not {method.name for method in methods}.intersection(_NAMES):
        return program
    if any(_uses_self(method) for method in methods if method.name == "__init__"):
        return program
    lifted: list[ast.stmt] = []
    for statement in classes[0].body:
        if isinstance(statement, ast.FunctionDef):
            lifted.append(_as_function(statement))
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            lifted.append(statement)
    others = [node for node in body if node is not classes[0]]
    module = ast.Module(body=[*others, *lifted], type_ignores=[])
    names = {method.name for method in methods}
    return ast.unparse(ast.fix_missing_locations(_SelfCalls(names).visit(module)))


def _uses_self(method: ast.FunctionDef) -> bool:
    return any(not isinstance(node, ast.Pass) for node in method.body)


def _as_function(method: ast.FunctionDef) -> ast.FunctionDef:
    static = any(
        isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in method.decorator_list
    )
    if not static and method.args.args:
        method.args.args.pop(0)
    method.decorator_list = []
    return method


class _SelfCalls(ast.NodeTransformer):
    """Turns `self.name` into `name`."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        return node
