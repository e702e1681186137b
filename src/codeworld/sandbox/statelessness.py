"""Whether a loaded program can keep anything between two calls.

Without hidden state every call is a function of its arguments, and a new episode needs no fresh
module. The proof is a walk over everything that the program's functions can reach.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Any

from codeworld.sandbox.classes import GuardedEnumType, is_game_class
from codeworld.sandbox.library import Namespace
from codeworld.sandbox.loading import LoadedProgram
from codeworld.sandbox.program import Program
from codeworld.sandbox.stubs import Stub

_IMMUTABLE = frozenset({int, float, complex, bool, str, bytes, range, type(None), type(Ellipsis)})

_DESCRIPTORS = (
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
)


def is_stateless(loaded: LoadedProgram, program: Program) -> bool:
    """Tell whether the module level of a loaded program provably never changes."""
    if program.steps_use_random or program.rebinds_cells or loaded.drew_random:
        return False
    proof = _Proof(loaded.namespace, program.writes_classes)
    return all(
        proof.is_frozen(value, is_sealed=name in program.sealed)
        for name, value in loaded.namespace.items()
        if name != "__builtins__" and name not in program.random_names
    )


class _Proof:
    """A walk that looks at every object once."""

    def __init__(self, namespace: dict[str, Any], writes_classes: bool) -> None:
        self._namespace = namespace
        self._writes_classes = writes_classes
        self._seen: set[int] = set()

    def is_frozen(self, value: Any, *, is_sealed: bool = False) -> bool:
        """Tell whether nothing that `value` leads to can change."""
        kind = type(value)
        if kind in _IMMUTABLE or isinstance(value, (Namespace, Stub)) or id(value) in self._seen:
            return True
        self._seen.add(id(value))
        if kind is tuple or kind is frozenset or (is_sealed and kind in (list, set)):
            return self._all(value)
        if kind is dict:
            return is_sealed and self._all(value) and self._all(value.values())
        if kind is types.FunctionType:
            return self._is_pure(value)
        if kind is types.BuiltinFunctionType:
            return value.__self__ is None or isinstance(value.__self__, types.ModuleType)
        if kind is type or kind is GuardedEnumType:
            return not is_game_class(value) or self._is_plain_class(value)
        return False

    def _all(self, values: Iterable[Any]) -> bool:
        return all(self.is_frozen(value) for value in values)

    def _is_pure(self, function: types.FunctionType) -> bool:
        """Tell whether a function keeps nothing in its defaults or closure."""
        if function.__globals__ is not self._namespace:
            return True  # one of the library's
        try:
            cells = [cell.cell_contents for cell in function.__closure__ or ()]
        except ValueError:  # an empty cell, which a later call may fill
            return False
        defaults = function.__defaults__ or ()
        return self._all((*defaults, *(function.__kwdefaults__ or {}).values(), *cells))

    def _is_plain_class(self, kind: type) -> bool:
        """Tell whether a class holds nothing but methods and constants.

        Enumerations are not plain: their members are objects, which methods can write to.
        """
        if type(kind) is not type or self._writes_classes:
            return False
        if not self._all(base for base in kind.__mro__[1:] if is_game_class(base)):
            return False
        for name, value in vars(kind).items():
            if name.startswith("__") and not isinstance(value, types.FunctionType):
                continue  # of Python's or dataclass's making; the program cannot name it
            if isinstance(value, (staticmethod, classmethod)):
                value = value.__func__
            if isinstance(value, property):
                if not self._all((value.fget, value.fset, value.fdel)):
                    return False
            elif not isinstance(value, _DESCRIPTORS) and not self.is_frozen(value):
                return False
        return True
