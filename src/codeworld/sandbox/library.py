"""The modules that a game program may import: fresh namespaces of listed names.

A program never gets a real module, whose attributes lead everywhere: `import math` binds a
namespace that holds exactly the names below.
"""

from __future__ import annotations

import bisect
import collections
import copy
import dataclasses
import enum
import functools
import heapq
import itertools
import json
import marshal
import math
import random
import string
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from codeworld.sandbox import classes, stubs
from codeworld.sandbox.fuel import Fuel
from codeworld.sandbox.guards import check_bits
from codeworld.sandbox.policy_names import words
from codeworld.sandbox.randomness import RANDOM_NAMES, random_functions


class Namespace:
    """What a program gets instead of a module."""

    def __init__(self, name: str, members: Mapping[str, Any]) -> None:
        self.__dict__.update(members)
        self.__dict__["__name__"] = name

    def __repr__(self) -> str:
        return f"<namespace {self.__dict__['__name__']}>"


def _take(module: Any, names: str) -> dict[str, Any]:
    """Return the listed names of a real module, those that this Python has."""
    return {name: getattr(module, name) for name in names.split() if hasattr(module, name)}


def deepcopy(x: Any, /) -> Any:
    """Return a deep copy of `x`.

    Plain data goes through `marshal`, which is several times faster, keeps shared parts shared, and
    refuses everything that is not of an exact built-in type.
    """
    try:
        return marshal.loads(marshal.dumps(x))
    except ValueError:
        return copy.deepcopy(x)


def shallow_copy(x: Any, /) -> Any:
    """Return a shallow copy of `x`."""
    return copy.copy(x)


def _factorial(n: Any, /) -> int:
    if isinstance(n, int):
        check_bits(int.__int__(n) * 13)
    return math.factorial(n)


def _choose(function: Callable[..., int]) -> Callable[..., int]:
    """Return `math.comb` or `math.perm`, refused where the result is a huge integer."""

    def choose(n: Any, k: Any = None, /) -> int:
        for number in (n, k):
            if isinstance(number, int):
                check_bits(int.__int__(number) * 13)
        return function(n, k) if k is not None else function(n)

    return choose


def _dumps(
    obj: Any, /, *, sort_keys: bool = False, indent: Any = None, separators: Any = None
) -> str:
    return json.dumps(obj, sort_keys=sort_keys, indent=indent, separators=separators)


def _loads(s: Any, /) -> Any:
    return json.loads(s)


def _wraps(wrapped: Any, /, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    """Return a decorator that does nothing: `functools.wraps` would copy attributes about."""
    return stubs.identity


_TYPING = {
    **{name: stubs.STUB for name in typing.__all__ if name[0].isupper()},
    **stubs.abstract_stubs(),
    "List": list,
    "Dict": dict,
    "Tuple": tuple,
    "Set": set,
    "FrozenSet": frozenset,
    "Deque": collections.deque,
    "DefaultDict": collections.defaultdict,
    "OrderedDict": dict,
    "Counter": stubs.COUNTER,
    **dict.fromkeys(("TypeVar", "ParamSpec", "TypeVarTuple"), stubs.type_variable),
    **dict.fromkeys(("final", "overload", "no_type_check", "runtime_checkable"), stubs.identity),
    "override": stubs.identity,
    "NotRequired": stubs.STUB,
    "Required": stubs.STUB,
    "Self": stubs.STUB,
    "TypeAliasType": stubs.type_variable,
    "NamedTuple": stubs.NAMED_TUPLE,
    "TypedDict": stubs.TYPED_DICT,
    "cast": stubs.cast,
    "NewType": stubs.new_type,
    "TYPE_CHECKING": False,
}

_ABSTRACT = dict.fromkeys(
    words(
        "Callable Collection Container Generator Hashable ItemsView Iterable Iterator"
        " KeysView Mapping MappingView MutableMapping MutableSequence MutableSet"
        " Reversible Sequence Set Sized ValuesView"
    ),
    stubs.STUB,
) | {name: stub for name, stub in stubs.abstract_stubs().items() if name != "AbstractSet"}

_COLLECTIONS = {
    **_take(collections, "defaultdict deque"),
    "Counter": stubs.COUNTER,
    "ChainMap": stubs.STUB,  # it can be imported; nothing more, for the reason of Counter
    # The C code of OrderedDict crashes on keys that compare strangely; a dict keeps order too.
    "OrderedDict": dict,
    "namedtuple": classes.make_namedtuple,
}

_SHARED: dict[str, dict[str, Any]] = {
    "abc": {"ABC": stubs.STUB, "abstractmethod": stubs.identity, "abstractproperty": property},
    "bisect": _take(bisect, "bisect bisect_left bisect_right insort insort_left insort_right"),
    "collections": _COLLECTIONS,
    "collections.abc": _ABSTRACT,
    "copy": {"copy": shallow_copy, "deepcopy": deepcopy},
    "dataclasses": {
        "dataclass": classes.make_dataclass_of,
        "asdict": classes.asdict,
        "astuple": classes.astuple,
        "fields": classes.fields,
        "replace": classes.replace,
        "is_dataclass": classes.is_dataclass,
        "KW_ONLY": stubs.STUB,
        "InitVar": stubs.STUB,
        **_take(dataclasses, "FrozenInstanceError MISSING"),
    },
    "enum": {
        "Enum": classes.Enum,
        "IntEnum": classes.IntEnum,
        "StrEnum": classes.StrEnum,
        "Flag": classes.Flag,
        "IntFlag": classes.IntFlag,
        **_take(enum, "auto unique"),
    },
    "functools": {
        **_take(functools, "reduce partial lru_cache cache cmp_to_key"),
        "wraps": _wraps,
        "total_ordering": classes.total_ordering,
    },
    "heapq": _take(
        heapq, "heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest"
    ),
    "json": {"dumps": _dumps, "loads": _loads, "JSONDecodeError": json.JSONDecodeError},
    "math": {
        **_take(
            math,
            "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh degrees dist e erf"
            " erfc exp exp2 expm1 fabs floor fmod frexp fsum gamma gcd hypot inf isclose isfinite"
            " isinf isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter pi prod"
            " radians remainder sin sinh sqrt sumprod tan tanh tau trunc ulp",
        ),
        "factorial": _factorial,
        "comb": _choose(math.comb),
        "perm": _choose(math.perm),
    },
    "string": _take(
        string,
        "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable"
        " punctuation whitespace",
    ),
    "typing": _TYPING,
    "typing_extensions": _TYPING,
}
"""Modules whose members have no state and serve every game."""

_ITERTOOLS_FINITE = (
    "accumulate batched chain compress dropwhile filterfalse groupby islice pairwise starmap"
    " takewhile tee zip_longest"
)
_ITERTOOLS_METERED = (
    "combinations combinations_with_replacement count cycle permutations product repeat"
)


def _metered(fuel: Fuel, function: Callable[..., Iterable[Any]]) -> Callable[..., Iterator[Any]]:
    """Return `function` of itertools with a tick drawn per item, since it can go on for ever."""

    def metered(*args: Any, **kwargs: Any) -> Iterator[Any]:
        return fuel.meter(function(*args, **kwargs))

    return metered


def _itertools(fuel: Fuel) -> dict[str, Any]:
    metered = _take(itertools, _ITERTOOLS_METERED)
    return {
        **_take(itertools, _ITERTOOLS_FINITE),
        **{name: _metered(fuel, function) for name, function in metered.items()},
    }


MODULE_NAMES: dict[str, frozenset[str]] = {
    **{module: frozenset(members) for module, members in _SHARED.items()},
    "collections": frozenset(_SHARED["collections"]) | {"abc"},
    "dataclasses": frozenset(_SHARED["dataclasses"]) | {"field"},
    "itertools": frozenset(_itertools(Fuel(1))),
    "random": RANDOM_NAMES,
}
"""The names that each module offers."""

_REFUSED_MODULES = {
    "numpy": "numpy is not available to games; use lists, `random` and `math`",
    "operator": "it reads attributes by name; use a lambda",
    "time": "a game knows no time; the same moves must always give the same state",
    "datetime": "a game knows no time; the same moves must always give the same state",
}


def module_fault(module: str) -> str | None:
    """Return why `module` cannot be imported, or None if it can."""
    if module in MODULE_NAMES:
        return None
    known = ", ".join(sorted(MODULE_NAMES))
    reason = _REFUSED_MODULES.get(module.partition(".")[0], "this module is not for games")
    return f"{reason} (available: {known})"


class Library:
    """The modules of one game.

    Attributes:
        generator: the game's own random generator.
    """

    def __init__(self, fuel: Fuel, generator: random.Random) -> None:
        self._fuel = fuel
        self._modules: dict[str, Namespace] = {}
        self.generator = generator

    def members(self, module: str) -> dict[str, Any]:
        """Return what `module` offers to this game."""
        if module == "random":
            return dict(random_functions(self.generator))
        if module == "itertools":
            return _itertools(self._fuel)
        members = dict(_SHARED[module])
        if module == "dataclasses":
            members["field"] = self._field
        if module == "collections":
            members["abc"] = self.namespace("collections.abc")
        return members

    def namespace(self, module: str) -> Namespace:
        """Return the namespace that `import module` binds.

        Raises:
            ImportError: if games have no such module.
        """
        namespace = self._modules.get(module)
        if namespace is None:
            if module not in MODULE_NAMES:
                raise ImportError(f"no module named {module!r} in a game program")
            namespace = self._modules[module] = Namespace(module, self.members(module))
        return namespace

    def import_module(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Namespace:
        """Import, as an `import` statement asks; the program's `__import__`."""
        return self.namespace(name if fromlist else name.partition(".")[0])

    def _field(self, **options: Any) -> Any:
        """Return `dataclasses.field(...)` whose default factory draws a tick.

        Classes whose default factories are classes in turn could make 2**n objects in one call.
        """
        factory = options.get("default_factory")
        if factory is not None and factory not in (list, dict, set) and self._fuel.amount:

            def metered_factory() -> Any:
                next(self._fuel.ticks)
                return factory()

            options["default_factory"] = metered_factory
        return dataclasses.field(**options)
