"""Small faults in expressions: what a hurried hand gets wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from codeworld.verify.edit import Edit
from codeworld.verify.parsed_source import ParsedSource

_COMPARISONS = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "==": ("!=",),
    "!=": ("==",),
    "in": ("not in",),
    "not in": ("in",),
    "is": ("is not",),
    "is not": ("is",),
}
_COMPARISON = re.compile(r"<=|>=|==|!=|<|>|\bnot\s+in\b|\bis\s+not\b|\bin\b|\bis\b")

_ARITHMETIC = {"+": "-", "-": "+", "*": "+", "//": "*", "/": "*", "%": "//"}
_ARITHMETIC_OPERATOR = re.compile(r"//|[-+*/%]")

_FUNCTIONS = {
    "max": "min",
    "min": "max",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
}

_PLAYER_NAME = re.compile(r"(player|other|opponent|seat|winner|loser|mover|turn|owner)(_id)?")


def find_comparisons(source: ParsedSource) -> Iterator[Edit]:
    """A comparison by the wrong operator."""
    for node in source.nodes(ast.Compare):
        for left, right in zip((node.left, *node.comparators), node.comparators, strict=False):
            gap = source.between(left, right)
            found = _COMPARISON.search(gap)
            if found:
                for other in _COMPARISONS[" ".join(found[0].split())]:
                    changed = gap[: found.start()] + other + gap[found.end() :]
                    yield source.replace_between("comparison", left, right, changed)


def find_arithmetic(source: ParsedSource) -> Iterator[Edit]:
    """An arithmetic operation by the wrong operator."""
    for node in source.nodes(ast.BinOp):
        if any(_is_text_or_display(side) for side in (node.left, node.right)):
            continue  # of texts and lists there is only the sum
        gap = source.between(node.left, node.right)
        found = _ARITHMETIC_OPERATOR.search(gap)
        if found and not isinstance(node.op, ast.Pow):
            changed = gap[: found.start()] + _ARITHMETIC[found[0]] + gap[found.end() :]
            yield source.replace_between("arithmetic", node.left, node.right, changed)


def find_signs(source: ParsedSource) -> Iterator[Edit]:
    """A sign that is lost, or one too many before a returned value."""
    for node in source.nodes(ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield source.replace("sign", node, source.code(node.operand))
    for display in source.nodes(ast.List):
        for item in display.elts:
            if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load):
                yield source.replace("sign", item, f"-{item.id}")


def find_connectives(source: ParsedSource) -> Iterator[Edit]:
    """`and` for `or`, `or` for `and`, or a condition forgotten."""
    for node in source.nodes(ast.BoolOp):
        word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in pairwise(node.values):
            gap = source.between(left, right)
            changed = re.sub(rf"\b{word}\b", other, gap, count=1)
            yield source.replace_between("connective", left, right, changed)
        for place in range(len(node.values)):
            yield source.drop("dropped condition", node.values, place)


def find_conditions(source: ParsedSource) -> Iterator[Edit]:
    """A condition that is negated, or that always or never holds."""
    tests: list[ast.expr] = [node.test for node in source.nodes(ast.If)]
    tests += [node.test for node in source.nodes(ast.IfExp)]
    for part in source.nodes(ast.comprehension):
        tests += part.ifs
    for test in tests:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield source.replace("negated condition", test, source.code(test.operand))
        else:
            yield source.replace("negated condition", test, f"not ({source.code(test)})")
        for always in ("True", "False"):
            yield source.replace("wrong branch", test, always)
    for loop in source.nodes(ast.While):
        yield source.replace("negated condition", loop.test, f"not ({source.code(loop.test)})")
        yield source.replace("wrong branch", loop.test, "False")


def find_off_by_ones(source: ParsedSource) -> Iterator[Edit]:
    """A range or a slice that is one too long, too short or too late."""
    bounds: list[ast.expr] = []
    for call in source.nodes(ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == "range":
            bounds += call.args[:2]
    for part in source.nodes(ast.Slice):
        bounds += [bound for bound in (part.lower, part.upper) if bound is not None]
    for bound in bounds:
        for change in ("+ 1", "- 1"):
            yield source.replace("off by one", bound, f"({source.code(bound)}) {change}")


def find_players(source: ParsedSource) -> Iterator[Edit]:
    """The other player where one is meant."""
    for name in source.nodes(ast.Name):
        if isinstance(name.ctx, ast.Load) and _PLAYER_NAME.fullmatch(name.id):
            yield source.replace("player", name, f"(1 - {name.id})")
    for node in source.nodes(ast.BinOp):
        is_other = isinstance(node.op, ast.Sub) and source.code(node.left) == "1"
        if is_other and isinstance(node.right, ast.Name):
            yield source.replace("player", node, node.right.id)
    for part in source.nodes(ast.Subscript):
        if isinstance(part.slice, ast.Constant) and part.slice.value in (0, 1):
            yield source.replace("player", part.slice, "1" if part.slice.value == 0 else "0")


def find_calls(source: ParsedSource) -> Iterator[Edit]:
    """The opposite function, or arguments in the wrong order."""
    for call in source.nodes(ast.Call):
        name = call.func
        if isinstance(name, ast.Name) and name.id in _FUNCTIONS:
            yield source.replace("function", name, _FUNCTIONS[name.id])
        if isinstance(name, ast.Attribute) and name.attr in _FUNCTIONS:
            owner = source.code(name.value)
            yield source.replace("function", name, f"{owner}.{_FUNCTIONS[name.attr]}")
        if isinstance(name, ast.Name) and name.id in source.functions:
            for left, right in pairwise(call.args):
                yield source.swap("swapped arguments", left, right)


def _is_text_or_display(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp))
