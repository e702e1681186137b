"""The language of game programs: what a GameCWM may say.

A subclass of RestrictedPython's transformer, which knows every node of Python's grammar and refuses
those it does not know. Where RestrictedPython guards at run time, this policy decides when the
program is compiled: a game cannot reach a mutable object of the host, so subscripts, iteration and
most attribute loads stay plain Python and cost nothing. What cannot be decided statically becomes a
call of a guard. A guard's name starts with `$`, which no source can spell, shadow or mangle.
"""

# ruff: noqa: N802, N815 - the methods of a visitor are named by the nodes of `ast`

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any, TypeVar

from RestrictedPython.transformer import RestrictingNodeTransformer

from codeworld.errors import Finding
from codeworld.sandbox.census import Census
from codeworld.sandbox.constants import Constants
from codeworld.sandbox.formatting import format_fault
from codeworld.sandbox.guards import MAX_LENGTH
from codeworld.sandbox.library import MODULE_NAMES, module_fault
from codeworld.sandbox.policy_names import (
    CHECKED_ATTRIBUTES,
    DENIED_NAMES,
    OPERATOR_METHODS,
    attribute_fault,
    binding_fault,
)

_Node = TypeVar("_Node", bound=ast.AST)

_REFUSED_NODES: dict[str, tuple[str, str]] = {
    "Global": ("global", "a game keeps nothing between calls; put the value into the state"),
    "With": ("with", "games have no resources to manage; write the body without it"),
    "AsyncWith": ("async with", "games are not asynchronous; use plain statements"),
    "AsyncFor": ("async for", "games are not asynchronous; use `for`"),
    "AsyncFunctionDef": ("async def", "games are not asynchronous; use `def`"),
    "Await": ("await", "games are not asynchronous; call the function directly"),
    "TryStar": ("except*", "exception groups are not for games; use `except`"),
    "TypeAlias": ("type", "type aliases are not needed; delete the statement"),
    "TemplateStr": ("t-string", "template strings are not for games; use an f-string"),
}
"""Constructs refused as such: how the source says it, and what to do instead."""

_PLACEHOLDERS = re.compile(r"(?:[\w.]*\.)?(ClassVar|InitVar|KW_ONLY)\b")
"""Annotations that change what `dataclass` does with a field."""

_SMALL_EXPONENT = 16
"""Literal exponents and shift counts up to this stay plain."""

_MAX_CONSTRUCT = 60
"""Characters of a construct shown in a finding."""


class Policy(RestrictingNodeTransformer):
    """Checks a program's tree and inserts the guards that must look at run time.

    Attributes:
        findings: what was refused, in the order met.
        writes_classes: whether a class could be written to, and thus keep state between calls.
    """

    def __init__(self, census: Census, constants: Constants) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self._census = census
        self._constants = constants
        self.writes_classes = False
        self._scopes: list[str] = ["module"]
        self._receivers: list[str | None] = [None]

    # --- findings --------------------------------------------------------------------------------

    def refuse(self, node: ast.AST, construct: str, reason: str) -> None:
        """Record that `node` is refused."""
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0) + 1
        self.findings.append(Finding(line, column, construct[:_MAX_CONSTRUCT], reason))

    def error(self, node: ast.AST, info: str) -> None:
        """Record a refusal by RestrictedPython's own checks."""
        self.refuse(node, type(node).__name__, info)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Refuse a node that has no method of its own: Python's grammar grows, the policy waits."""
        name = type(node).__name__
        construct, reason = _REFUSED_NODES.get(
            name, (name, "the language policy does not know this construct; write it another way")
        )
        self.refuse(node, construct, reason)
        return node

    not_allowed = generic_visit  # type: ignore[assignment]
    visit_Global = generic_visit
    visit_With = generic_visit
    visit_AsyncWith = generic_visit
    visit_AsyncFor = generic_visit
    visit_AsyncFunctionDef = generic_visit
    visit_Await = generic_visit
    visit_TryStar = generic_visit
    visit_TemplateStr = generic_visit
    visit_Interpolation = generic_visit

    def _plain(self, node: _Node) -> _Node:
        """Check what is inside `node`; the node itself is fine."""
        self.node_contents_visit(node)
        return node

    visit_Match = _plain
    visit_match_case = _plain
    visit_MatchValue = _plain
    visit_MatchSingleton = _plain
    visit_MatchSequence = _plain
    visit_MatchOr = _plain
    visit_Subscript = _plain
    visit_Assign = _plain
    visit_While = _plain
    visit_Module = _plain

    # --- names -----------------------------------------------------------------------------------

    def _check_binding(self, node: ast.AST, name: str | None) -> None:
        """Refuse to bind a name that is not the program's; in a class, attribute names too."""
        if name is None or (self._scopes[-1] == "class" and name in OPERATOR_METHODS):
            return
        fault = binding_fault(name)
        if fault is None and self._scopes[-1] == "class":
            fault = attribute_fault(name)
        if fault is not None:
            self.refuse(node, name, fault)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Check a name; reading one that the program never binds reads a builtin."""
        name = node.id
        if not isinstance(node.ctx, ast.Load):
            self._check_binding(node, name)
        elif self._scopes[-1] == "class" and name in OPERATOR_METHODS:
            pass  # one method under two names: `__radd__ = __add__`
        elif name.startswith("__") and name != "__name__" and name.strip("_"):
            self.refuse(node, name, binding_fault(name) or "")
        elif name == "super":
            self.refuse(node, name, "`super` is allowed only as `super().method(...)`")
        elif name in DENIED_NAMES and self._census.is_builtin(name):
            self.refuse(node, name, DENIED_NAMES[name])
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        """Allow `name := value`."""
        return self._plain(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        """Allow `nonlocal`, its names checked."""
        for name in node.names:
            self._check_binding(node, name)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """Check the name of a keyword argument."""
        self._check_argument(node, node.arg)
        return self._plain(node)

    def _check_argument(self, node: ast.AST, name: str | None) -> None:
        fault = binding_fault(name) if name is not None else None
        if fault is not None:
            self.refuse(node, name or "", fault)

    # --- attributes ------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Check an attribute's name; guard stores, deletions and the ambiguous names."""
        is_load = isinstance(node.ctx, ast.Load)
        construct = _spelled(node)
        if _is_super_call(node.value) and self._census.is_builtin("super"):
            if node.attr not in OPERATOR_METHODS:
                self._check_attribute(node, construct)
            if is_load and (node.attr == "format" or node.attr in CHECKED_ATTRIBUTES):
                self.refuse(node, construct, "call it directly, on an object: `self.name(...)`")
            for argument in node.value.args:  # type: ignore[attr-defined]
                self.visit(argument)
            return node if is_load else self._guarded_store(node)
        self._check_attribute(node, construct)
        if node.attr == "format" and is_load:
            self.refuse(
                node, construct, "`format` is allowed only as a direct call, `text.format(...)`"
            )
        self.node_contents_visit(node)
        if not is_load:
            return self._guarded_store(node)
        if node.attr in CHECKED_ATTRIBUTES:
            return _guard("$attribute", node, node.value, ast.Constant(node.attr))
        return node

    def _check_attribute(self, node: ast.Attribute, construct: str) -> None:
        fault = attribute_fault(node.attr)
        if fault is None and node.attr == "__name__" and not isinstance(node.ctx, ast.Load):
            fault = "`__name__` belongs to Python and can only be read"
        if fault is not None:
            self.refuse(node, construct, fault)

    def _guarded_store(self, node: ast.Attribute) -> ast.Attribute:
        is_own = isinstance(node.value, ast.Name) and node.value.id == self._receivers[-1]
        node.value = _guard("$own" if is_own else "$writable", node.value, node.value)
        self.writes_classes = self.writes_classes or not is_own
        return node

    # --- calls and operators ---------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Check calls of `format` and `round`; every other call is plain."""
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "format":
            return self._format_call(node, function)
        self.node_contents_visit(node)
        is_round = isinstance(function, ast.Name) and function.id == "round"
        if is_round and self._census.is_builtin("round") and _has_plain_digits(node):
            node.func = ast.copy_location(ast.Name("$round", ast.Load()), function)
        return node

    def _format_call(self, node: ast.Call, function: ast.Attribute) -> ast.AST:
        template = function.value
        if isinstance(template, ast.Constant) and isinstance(template.value, str):
            fault = format_fault(template.value)
            if fault is not None:
                self.refuse(node, _spelled(node), fault)
            for argument in (*node.args, *node.keywords):
                self.visit(argument)
            return node
        receiver = self.visit(template)
        arguments = [self.visit(argument) for argument in node.args]
        keywords = [self.visit(keyword) for keyword in node.keywords]
        call = _guard("$format", node, receiver, *arguments)
        call.keywords = keywords
        return call

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Guard `**`, `<<` and the repetition of a literal, whose results can be huge."""
        self.node_contents_visit(node)
        if isinstance(node.op, (ast.Pow, ast.LShift)) and not _is_small(node.right):
            return _guard(_power_guard(node.op), node, node.left, node.right)
        if isinstance(node.op, ast.Mult):
            sequence, count = node.left, node.right
            if _is_sequence(count):
                sequence, count = count, sequence
            if _is_sequence(sequence) and not self._is_short(count):
                return _guard("$repeat", node, node.left, node.right)
        return node

    def _is_short(self, count: ast.expr) -> bool:
        """Tell whether a sequence literal repeated `count` times is known not to be huge."""
        value = self._constants.integer(count)
        return value is not None and value <= MAX_LENGTH // 1_000

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Guard `**=` and `<<=` on names; on subscripts only a small literal is allowed."""
        if isinstance(node.target, ast.Name) and node.target.id in OPERATOR_METHODS:
            self.refuse(node, node.target.id, "a special method is defined by `def` or by a name")
        self.node_contents_visit(node)
        if not isinstance(node.op, (ast.Pow, ast.LShift)) or _is_small(node.value):
            return node
        if not isinstance(node.target, ast.Name):
            sign = "**" if isinstance(node.op, ast.Pow) else "<<"
            self.refuse(node, f"{sign}=", f"write it out, `x = x {sign} y`, or use a small literal")
            return node
        current = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        value = _guard(_power_guard(node.op), node, current, node.value)
        return ast.copy_location(ast.Assign([node.target], value), node)

    def visit_For(self, node: ast.For) -> ast.AST:
        """Allow `for`; its own `range` may be of any length."""
        self._plain_range(node.iter)
        return self._plain(node)

    def _plain_range(self, iterable: ast.expr) -> None:
        """Let a loop run over Python's `range`: the cap is for C code, which has no fuel."""
        if (
            isinstance(iterable, ast.Call)
            and isinstance(iterable.func, ast.Name)
            and iterable.func.id == "range"
            and self._census.is_builtin("range")
        ):
            iterable.func.id = "$range"

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Allow the `for` of a comprehension."""
        if node.is_async:
            self.refuse(node.target, "async for", _REFUSED_NODES["AsyncFor"][1])
        self._plain_range(node.iter)
        return self._plain(node)

    # --- annotations -----------------------------------------------------------------------------

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Drop the annotation: it is never evaluated. A class keeps the names, for `dataclass`."""
        annotation = node.annotation
        node.annotation = ast.copy_location(ast.Constant(None), annotation)
        self.node_contents_visit(node)
        if self._scopes[-1] == "class" and isinstance(node.target, ast.Name):
            text = (
                annotation.value if isinstance(annotation, ast.Constant) else _spelled(annotation)
            )
            placeholder = _PLACEHOLDERS.match(text) if isinstance(text, str) else None
            if placeholder is not None:
                name = ast.Name(f"${placeholder.group(1)}", ast.Load())
                node.annotation = ast.copy_location(name, annotation)
            return node
        if node.value is not None:
            return ast.copy_location(ast.Assign([node.target], node.value), node)
        return node if self._scopes[-1] == "function" else None

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Check a parameter's name and drop its annotation."""
        self._check_argument(node, node.arg)
        node.annotation = None
        return node

    # --- definitions -----------------------------------------------------------------------------

    def _check_type_parameters(self, node: ast.AST) -> None:
        if getattr(node, "type_params", None):
            self.refuse(node, "type parameters", "type parameters are not needed; delete them")

    def _visit_body(self, node: Any, scope: str) -> None:
        """Check the body of a definition in its own scope."""
        self._scopes.append(scope)
        try:
            body: list[ast.stmt] = []
            for statement in node.body:
                result = self.visit(statement)
                if isinstance(result, list):
                    body.extend(result)
                elif result is not None:
                    body.append(result)
            node.body = body or [ast.copy_location(ast.Pass(), node)]
        finally:
            self._scopes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Check a function: its name, parameters, decorators and body."""
        self._check_type_parameters(node)
        self._check_binding(node, node.name)
        positional = (*node.args.posonlyargs, *node.args.args)
        is_method = self._scopes[-1] == "class" and positional and not _is_class_method(node)
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        node.returns = None
        self.visit(node.args)
        self._receivers.append(positional[0].arg if is_method else None)
        self._visit_body(node, "function")
        self._receivers.pop()
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Check a lambda: its parameters and body."""
        self.visit(node.args)
        self._scopes.append("function")
        node.body = self.visit(node.body)
        self._scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Check a class: no metaclass, no keywords, no computed list of bases."""
        self._check_type_parameters(node)
        self._check_binding(node, node.name)
        for keyword in node.keywords:
            if keyword.arg != "total":  # of TypedDict, whose classes are plain dicts here
                reason = "a class takes no keywords and no metaclass; name its bases only"
                self.refuse(node, f"class {node.name}({keyword.arg}=...)", reason)
        node.keywords = []
        if any(isinstance(base, ast.Starred) for base in node.bases):
            self.refuse(node, f"class {node.name}(*...)", "write the bases out one by one")
        node.bases = [self.visit(base) for base in node.bases]
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self._visit_body(node, "class")
        return node

    # --- imports ---------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Allow `import` of the modules that a game may have."""
        for alias in node.names:
            fault = module_fault(alias.name)
            if fault is not None:
                self.refuse(node, f"import {alias.name}", fault)
            self._check_binding(node, alias.asname or alias.name.partition(".")[0])
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Allow `from module import names`; write a star import out."""
        module = node.module or ""
        if module == "__future__" and node.level == 0:
            return None
        fault = module_fault(module) if node.level == 0 else "a game is one file; no packages"
        if fault is not None:
            self.refuse(node, f"from {'.' * node.level}{module} import ...", fault)
            return node
        known = MODULE_NAMES[module]
        if any(alias.name == "*" for alias in node.names):
            names = sorted(name for name in known if not name.startswith("_"))
            node.names = [ast.copy_location(ast.alias(name), node) for name in names]
        for alias in node.names:
            if alias.name not in known:
                reason = f"`{module}` has no such name in a game program; use another way"
                self.refuse(node, f"from {module} import {alias.name}", reason)
            self._check_binding(node, alias.asname or alias.name)
        return node

    # --- statements ------------------------------------------------------------------------------

    def visit_Try(self, node: ast.Try) -> ast.AST:
        """Allow `try`; a `finally` may not swallow the exception that passes through it."""
        for statement in _escapes(node.finalbody):
            construct = f"{type(statement).__name__.lower()} in finally"
            reason = "it would swallow exceptions; move it behind the `try` statement"
            self.refuse(statement, construct, reason)
        is_simple = not node.finalbody and all(_is_static(item.type) for item in node.handlers)
        for expression in [] if is_simple else _yields(ast.iter_child_nodes(node)):
            reason = "its `finally` would run when nobody can catch errors; yield outside the `try`"
            self.refuse(expression, "yield in try ... finally", reason)
        return self._plain(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Check the name; a bare `except` catches `Exception`."""
        self._check_binding(node, node.name)
        self.node_contents_visit(node)
        if node.type is None:
            node.type = ast.copy_location(ast.Name("$Exception", ast.Load()), node)
        return node

    # --- match -----------------------------------------------------------------------------------

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        """Check the captured name."""
        self._check_binding(node, node.name)
        return self._plain(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.AST:
        """Check the captured name."""
        self._check_binding(node, node.name)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        """Check the captured rest."""
        self._check_binding(node, node.rest)
        return self._plain(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        """Check the attribute names: a class pattern reads attributes."""
        for name in node.kwd_attrs:
            fault = attribute_fault(name)
            if fault is None and name in (*CHECKED_ATTRIBUTES, "format"):
                fault = "this attribute cannot stand in a pattern; read it in the `case` body"
            if fault is not None:
                self.refuse(node, name, fault)
        return self._plain(node)


def _guard(name: str, place: ast.AST, *arguments: ast.expr) -> ast.Call:
    """Return a call of the guard `name`, located at `place`."""
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
    for node in (call, call.func, *arguments):
        if not hasattr(node, "lineno"):
            ast.copy_location(node, place)
    return call


def _is_class_method(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(item, ast.Name) and item.id == "classmethod" for item in node.decorator_list
    )


def _power_guard(operator: ast.operator) -> str:
    return "$power" if isinstance(operator, ast.Pow) else "$shift"


def _spelled(node: ast.AST) -> str:
    """Return `node` as source, on one line."""
    try:
        return " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError, AttributeError):
        return type(node).__name__


def _is_super_call(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        and len(node.args) in (0, 2)
        and all(isinstance(argument, ast.Name) for argument in node.args)
        and not node.keywords
    )


def _is_small(node: ast.expr) -> bool:
    """Tell whether `node` is a literal exponent that cannot make a number huge."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and node.value <= _SMALL_EXPONENT
    )


def _is_sequence(node: ast.expr) -> bool:
    """Tell whether `node` is a sequence literal."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, bytes))
    return isinstance(node, (ast.List, ast.Tuple, ast.ListComp, ast.JoinedStr))


def _has_plain_digits(node: ast.Call) -> bool:
    """Tell whether a call of `round` has no second argument, or a literal one."""
    return len(node.args) == 1 or (len(node.args) == 2 and isinstance(node.args[1], ast.Constant))


def _escapes(body: Iterable[ast.AST], in_loop: bool = False) -> list[ast.stmt]:
    """Return the statements in `body` that leave it: `return`, and `break` of an outer loop."""
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.Return) or (
            isinstance(node, (ast.Break, ast.Continue)) and not in_loop
        ):
            found.append(node)
        elif isinstance(node, (ast.For, ast.While)):
            found.extend(_escapes(node.body, True))
            found.extend(_escapes(node.orelse, in_loop))
        else:
            found.extend(_escapes(ast.iter_child_nodes(node), in_loop))
    return found


def _is_static(kind: ast.expr | None) -> bool:
    """Tell whether the exceptions of an `except` are named, so that finding them runs no code."""
    if isinstance(kind, ast.Tuple):
        return all(_is_static(item) for item in kind.elts)
    return kind is None or isinstance(kind, ast.Name)


def _yields(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    """Return the `yield` expressions in `nodes`, inner functions aside."""
    found: list[ast.AST] = []
    for node in nodes:
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            found.extend(_yields(ast.iter_child_nodes(node)))
    return found
