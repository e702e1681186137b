"""The builtins of one game: the everyday ones, the guarded ones, and the guards themselves."""

from __future__ import annotations

import builtins
import dataclasses
import random
import typing
from itertools import compress
from typing import Any

from codeworld.sandbox import classes, guards, stubs
from codeworld.sandbox.fuel import Fuel
from codeworld.sandbox.library import MODULE_NAMES, Library
from codeworld.sandbox.policy_names import words
from codeworld.sandbox.statements import OnStatement

_PLAIN_BUILTINS = words(
    "None True False Ellipsis NotImplemented abs all any ascii bin bool bytes"
    " callable chr classmethod complex dict divmod enumerate filter float format"
    " frozenset hash hex int isinstance issubclass len list map max min next object"
    " oct ord property repr reversed set slice sorted staticmethod str sum super"
    " tuple zip"
)

_EXCEPTIONS = words(
    "ArithmeticError AssertionError AttributeError EOFError Exception"
    " FloatingPointError ImportError IndexError KeyError LookupError MemoryError"
    " ModuleNotFoundError NameError NotImplementedError OSError OverflowError"
    " RecursionError RuntimeError StopIteration SyntaxError SystemError TimeoutError"
    " TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError"
    " ValueError ZeroDivisionError Warning UserWarning DeprecationWarning"
    " RuntimeWarning"
)

_SHARED_BUILTINS: dict[str, Any] = {
    **{name: getattr(builtins, name) for name in (*_PLAIN_BUILTINS, *_EXCEPTIONS)},
    "__build_class__": classes.build_class,
    "getattr": guards.guarded_getattr,
    "hasattr": guards.guarded_hasattr,
    "type": guards.type_of,
    "pow": guards.guarded_pow,
    "round": guards.guarded_round,
    "range": guards.capped_range,
    "print": guards.discard,
    "$attribute": guards.attribute,
    "$writable": guards.writable,
    "$own": guards.own,
    "$format": guards.guarded_format,
    "$power": guards.power,
    "$shift": guards.shift,
    "$repeat": guards.repeat,
    "$round": round,
    "$range": range,
    "$Exception": Exception,
    "$ClassVar": typing.ClassVar,
    "$InitVar": dataclasses.InitVar,
    "$KW_ONLY": dataclasses.KW_ONLY,
    "$compress": compress,
    "$next": next,
}

_CONTRACT_TYPES = words(
    "State Action PlayerId Player Observation ObsActionHistory Reward Rewards"
    " GameState Move History ActionHistory Observations"
)
"""Type names of the contract, which programs use without defining them."""


def _prebound_names() -> dict[str, tuple[str, str | None]]:
    """Return the names that need no import: name -> (module, member), or (module, None)."""
    names: dict[str, tuple[str, str | None]] = {}
    for module in ("typing", "collections", "dataclasses", "enum", "copy", "functools", "abc"):
        for member in MODULE_NAMES[module]:
            names.setdefault(member, (module, member))
    for module in ("itertools", "heapq", "bisect", "string", "math"):
        for member in MODULE_NAMES[module]:
            if len(member) > 3:
                names.setdefault(member, (module, member))
    for module in MODULE_NAMES:
        if "." not in module and module != "typing_extensions":
            names[module] = (module, None)
    return names


PREBOUND = _prebound_names()


class Runtime:
    """What surrounds a game's code while it runs.

    Attributes:
        fuel: the game's fuel.
        library: the game's modules.
        builtins: the mapping behind the program's globals.
    """

    def __init__(
        self,
        fuel: Fuel,
        seed: int,
        names: frozenset[str],
        on_statement: OnStatement | None = None,
    ) -> None:
        """Make the builtins for a program that reads `names`, and may have marks."""
        self.fuel = fuel
        self.library = Library(fuel, random.Random(seed))
        self.builtins: dict[str, Any] = {
            **_SHARED_BUILTINS,
            "__import__": self.library.import_module,
            "$charge": fuel.charge,
            "$mark": on_statement or guards.discard,
            "iter": self._iter,
        }
        for name in names:
            self._prebind(name)
        self.install_fuel()

    def install_fuel(self) -> None:
        """Hand the current ticks to the program: at the start and after exhaustion."""
        self.builtins["$ticks"] = self.fuel.ticks

    def _prebind(self, name: str) -> None:
        """Give a meaning to a name that programs use without importing or defining it."""
        if name in self.builtins:
            return
        if name in _CONTRACT_TYPES:
            self.builtins[name] = stubs.STUB
        elif name in PREBOUND:
            module, member = PREBOUND[name]
            namespace = self.library.namespace(module)
            self.builtins[name] = namespace if member is None else getattr(namespace, member)

    def _iter(self, items: Any, /, *sentinel: Any) -> Any:
        """Return `iter(...)`; with a sentinel it can go on for ever, and draws ticks."""
        if sentinel:
            return self.fuel.meter(iter(items, *sentinel))
        return iter(items)
