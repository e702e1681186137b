"""Finds the program in what a model sends: fences, prose, cut-off code, a class around it all."""

from __future__ import annotations

import ast
import re
import textwrap

from codeworld.contract import CONTRACT

_FENCE = re.compile(
    r"^[ \t]*(?P<mark>`{3,}|~{3,})[^`\n]*\n(?P<code>.*?)(?:^[ \t]*(?P=mark)|\Z)", re.M | re.S
)
_NAMES = tuple(function.name for function in CONTRACT)
_HEADERS = tuple(re.compile(rf"^[ \t]*def {name}\b", re.M) for name in _NAMES)
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python's parser, and a walk through what it read, may raise for hostile text."""

_CODE_START = re.compile(r"^(?:from |import |def |class |@|[A-Za-z_]\w* *(?::[^=\n]+)?= ?)", re.M)


def extract_program(text: str) -> str:
    """Return the program in a model's answer; "" if there is none.

    Of several code blocks, one that defines the contract alone is taken, the last such; blocks
    that define it only together are put together. Code that is cut off loses its unfinished last
    statement, so that what is there can be judged. A class around the functions is taken off.
    """
    text = text.replace("\r\n", "\n")
    blocks = [textwrap.dedent(found["code"]) for found in _FENCE.finditer(text)]
    if not blocks:
        blocks = [_without_prose(text)]
    counts = [_count(block) for block in blocks]
    program = next(
        block
        for block, count in zip(blocks[::-1], counts[::-1], strict=True)
        if count == max(counts)
    )
    together = "\n\n".join(blocks)
    if _count(together) > max(counts):
        program = together
    if not _count(program):
        return ""
    return _without_class(_without_ragged_end(program.expandtabs(4))).strip() + "\n"


def mentions(statement: ast.stmt, name: str) -> bool:
    """Whether a statement uses a name."""
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement))


def _count(block: str) -> int:
    """How many functions of the contract a block defines."""
    return sum(bool(header.search(block)) for header in _HEADERS)


def _without_prose(text: str) -> str:
    """Return the text from its first line of code on."""
    start = _CODE_START.search(text)
    return text[start.start() :] if start else ""


def _without_ragged_end(program: str) -> str:
    """Return the program up to its last whole statement, if it is not whole itself."""
    lines = program.split("\n")  # as the parser counts them
    end = len(lines)
    while end > 0:
        shortened = "\n".join(lines[:end])
        try:
            ast.parse(shortened)
        except SyntaxError as error:
            end = min(end, error.lineno or 0) - 1
            while end > 0 and lines[end].startswith((" ", ")", "]", "}")):
                end -= 1  # only cut between statements of the module
            continue
        except UNREADABLE:
            break
        return shortened if _count(shortened) else program
    return program


def _without_class(program: str) -> str:
    """Return the program with the methods of its only class as functions, if that can be done."""
    try:
        module = ast.parse(program)
        return ast.unparse(_lifted(module)) if _is_wrapped(module) else program
    except UNREADABLE:
        return program


def _is_wrapped(module: ast.Module) -> bool:
    """Whether the contract's functions are methods of the only class, which keeps nothing."""
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    if len(classes) != 1 or functions.intersection(_NAMES):
        return False
    methods = [node for node in classes[0].body if isinstance(node, ast.FunctionDef)]
    if not {method.name for method in methods}.intersection(_NAMES):
        return False
    return not any(_does_something(method) for method in methods if method.name == "__init__")


def _does_something(method: ast.FunctionDef) -> bool:
    return any(
        not isinstance(node, ast.Pass)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in method.body
    )


def _lifted(module: ast.Module) -> ast.Module:
    """Return the module with the body of its class in the place of the class."""
    body: list[ast.stmt] = []
    wrapper = next(node for node in module.body if isinstance(node, ast.ClassDef))
    for statement in module.body:
        if statement is wrapper:
            body += [_as_function(part) for part in wrapper.body if not _is_init(part)]
        elif not mentions(statement, wrapper.name):  # such as `game = Game()` at the end
            body.append(statement)
    lifted = _SelfCalls(wrapper.name).visit(ast.Module(body=body, type_ignores=[]))
    return ast.fix_missing_locations(lifted)  # type: ignore[no-any-return]


def _is_init(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef) and statement.name == "__init__"


def _as_function(statement: ast.stmt) -> ast.stmt:
    if not isinstance(statement, ast.FunctionDef):
        return statement
    if statement.args.args and statement.args.args[0].arg in ("self", "cls"):
        statement.args.args.pop(0)
    statement.decorator_list = []
    return statement


class _SelfCalls(ast.NodeTransformer):
    """Turns `self.name`, `cls.name` and `Game.name` into `name`."""

    def __init__(self, wrapper: str) -> None:
        self._owners = ("self", "cls", wrapper)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id in self._owners:
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        return node
