"""Reachability audit: from all that a game can name or make, it never gets hold of the host.

The walk starts at every builtin, every name that needs no import, every member of every module and
a sample of every kind of object that a program can make. From each object it goes on to

- every attribute that the policy lets a program read, read as compiled code reads it;
- what containers hold;
- what callables return for a handful of arguments, classes of the game among them: a method of a
  library class that says `self.__class__(...)` hands out the metaclass when it is given a class.

Nothing on the way may be a module, frame, code object, traceback, metaclass, a module's namespace,
an unguarded builtin or a part of the sandbox; and no mutable object may be the same one in two
games compiled separately.
"""

from __future__ import annotations

import abc
import builtins
import collections
import os
import random
import sys
import types
import warnings
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

import pytest

from codeworld.sandbox.classes import GuardedEnumType, is_game_class
from codeworld.sandbox.compiler import compile_program
from codeworld.sandbox.fuel import Fuel
from codeworld.sandbox.guards import attribute
from codeworld.sandbox.library import MODULE_NAMES, Library
from codeworld.sandbox.loading import load_program
from codeworld.sandbox.policy_names import CHECKED_ATTRIBUTES, OPERATOR_METHODS, attribute_fault
from codeworld.sandbox.runtime import PREBOUND, Runtime

SAMPLES = r'''
import random, functools, itertools, collections, heapq, copy, enum, dataclasses, string, json

class A:
    """A class of the game."""
    kind = "a"
    maps = [(), {}]
    data = []
    def __init__(self, n=0): self.n = n
    def method(self): return self.n
    def copy(self): return "copy"
    def up(self): return [super().__init__, super().__eq__, super().__hash__, super().__repr__]
    @property
    def half(self): return self.n / 2
    @staticmethod
    def static(): return 1
    @classmethod
    def create(cls): return cls(1)

class Text(str): pass
class Items(list): pass
class Table(dict): pass
class Whole(int): pass
class Broken(Exception): pass
class Absent(AttributeError): pass

class Colour(enum.Enum):
    RED = "red"
    BLUE = 2
class Level(enum.IntEnum):
    LOW = 1
class Bits(enum.IntFlag):
    ONE = 1
    TWO = 2

@dataclasses.dataclass
class Card:
    rank: int = 1
    marks: list = dataclasses.field(default_factory=list)
@dataclasses.dataclass(frozen=True, order=True)
class Move:
    at: int = 0

Point = collections.namedtuple("Point", "x y", defaults=[0])
class Place(NamedTuple):
    row: int
    column: int = 2
class Typed(TypedDict):
    a: int

def plain(n=1, *items, key=None, **names): return n
def outer():
    kept = [1]
    def inner(): return kept
    return inner
def numbers():
    got = yield 1
    yield got

@functools.lru_cache(maxsize=None)
def cached(n=1): return n

def caught(call):
    try:
        call()
    except Exception as error:
        return error

FAILURES = [
    lambda: 1 / 0, lambda: {}["x"], lambda: [][1], lambda: plain.nothing, lambda: A.nothing,
    lambda: random.nothing, lambda: random.choice([]), lambda: int("x"), lambda: next(iter([])),
    lambda: "\ud800".encode(), lambda: b"\xff".decode(), lambda: undefined_name,
    lambda: copy.copy(1, 2),
    lambda: json.loads("{"), lambda: Colour("green"), lambda: Move().__name__, lambda: getattr(1,
    "x"),
    lambda: plain(1, nothing=2, n=3), lambda: heapq.heappop([]), lambda: functools.reduce(max, []),
    lambda: "{0}".format(), lambda: [].index(1), lambda: sorted([1, "a"]),
    lambda: dataclasses.replace(1),
]
generator = numbers()
next(generator)
VALUES = [
    A, A(1), A(1).method, A(1).up(), A.method, A.half, A.static, A.create, A(1).half,
    Text, Text("x"), Items, Items([1]), Table, Table(a=1), Whole, Whole(1), Broken, Broken("x"),
    Absent("x"), Colour, Colour.RED, Colour.BLUE, Level, Level.LOW, Bits, Bits.ONE | Bits.TWO,
    Card, Card(), Move, Move(), dataclasses.fields(Card), dataclasses.asdict(Card()),
    dataclasses.field(),
    Point, Point(1), Place, Place(1), Typed, Typed(a=1), enum.auto(), dataclasses.MISSING,
    plain, outer, outer(), numbers, generator, (n for n in [1]), lambda: 1, cached,
    cached.cache_info(),
    random.random, random.choice, random.Random(1), random.getstate(), random.Random(2).shuffle,
    functools.partial(plain, 1, key=2), functools.cmp_to_key(lambda a, b: 0)(1),
    itertools.count(), itertools.chain([1], [2]), itertools.product([1], [2]),
    itertools.groupby([1]),
    itertools.tee([1])[0], itertools.accumulate([1]), itertools.cycle([1]), heapq.merge([1], [2]),
    iter([1]), iter((1,)), iter({1: 2}), iter({1}), iter("a"), iter(plain, 1), reversed([1]),
    enumerate([1]),
    zip([1]), map(plain, [1]), filter(None, [1]), range(3), slice(1), {1: 2}.items(),
    {1: 2}.keys(), {1: 2}.values(),
    collections.Counter("ab"), collections.defaultdict(list, a=[1]), collections.deque([1]),
    collections.OrderedDict(a=1),
    list[int], property(plain), staticmethod(plain), classmethod(plain), [].append, {}.get,
    "x".join, (1).bit_length,
    str.join, dict.fromkeys, int.from_bytes, ..., NotImplemented, object(), 1, 1.5, 1j, "x", b"x",
    None, True,
    (), [], {}, set(), frozenset(), copy.deepcopy(A(1)), type(1), type(A(1)), print, iter, type,
]
ERRORS = [caught(failure) for failure in FAILURES]
def get_initial_state(): return {}
def get_current_player(state): return -4
def get_legal_actions(state): return []
def apply_action(state, action): return state
def get_rewards(state): return [0.0]
def get_observations(state): return [1]
'''

FORBIDDEN_KINDS = (
    types.ModuleType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.CellType,
    random.Random,
    Runtime,
    Library,
    Fuel,
)
"""No object of these may be reached."""

FORBIDDEN_BUILTINS = (
    *("eval", "exec", "compile", "open", "input", "globals", "locals", "vars", "dir", "setattr"),
    *("delattr", "getattr", "hasattr", "__import__", "__build_class__", "memoryview", "breakpoint"),
    *("print", "type"),
)

FORBIDDEN = {
    id(value): name
    for name, value in {
        **{f"types.{kind.__name__}": kind for kind in FORBIDDEN_KINDS},
        "types.FunctionType": types.FunctionType,
        "types.GeneratorType": types.GeneratorType,
        "types.MethodType": types.MethodType,
        "types.SimpleNamespace": types.SimpleNamespace,
        **{name: getattr(builtins, name) for name in FORBIDDEN_BUILTINS},
    }.items()
}
"""Objects that may not be reached, by identity."""

MUTABLE = (list, dict, set, bytearray, deque)
MAX_OBJECTS = 60_000
MAX_ALIKE = 20
MAX_CALLS = 2
"""How many calls one after the other the walk makes; what they return is walked too."""


class Audit:
    """A walk from some roots to everything that a game program gets from them.

    Attributes:
        found: what must not be reached, with the path to it.
        mutable: every mutable container met, by identity, with its path.
    """

    def __init__(self, arguments: list[Any]) -> None:
        self.found: list[str] = []
        self.mutable: dict[int, str] = {}
        self._arguments = [(), *((argument,) for argument in arguments)]
        self._arguments += [(arguments[0], "x"), ("x", arguments[0])]
        self._alive: dict[int, Any] = {}
        self._met: Counter[Any] = Counter()
        self._namespaces = {
            id(vars(module)): name
            for name, module in list(sys.modules.items())
            if isinstance(module, types.ModuleType)  # the namespace of a class is made when asked
        }

    def run(self, roots: dict[str, Any]) -> Audit:
        waiting: deque[tuple[str, Any, int]] = deque(
            (path, value, 0) for path, value in roots.items()
        )
        while waiting:
            path, value, calls = waiting.popleft()
            if id(value) in self._alive:
                continue
            self._alive[id(value)] = value
            assert len(self._alive) < MAX_OBJECTS, "the walk does not end"
            if self._is_forbidden(path, value):
                continue
            if isinstance(value, MUTABLE):
                self.mutable[id(value)] = path
            waiting.extend((f"{path}{step}", item, calls) for step, item in contents(value))
            if self._is_one_more(type(value), calls) or isinstance(value, type):
                waiting.extend((f"{path}{step}", item, calls) for step, item in attributes(value))
            if calls < MAX_CALLS and callable(value) and self._is_uncalled(value):
                waiting.extend((f"{path}{s}", item, calls + 1) for s, item in self._results(value))
        return self

    def _is_one_more(self, kind: type, calls: int) -> bool:
        """Tell whether an object is among the first few of its type: the rest are like them."""
        key = (kind, calls)
        self._met[key] += 1
        return self._met[key] <= (MAX_ALIKE if calls == 0 else 2)

    def _is_uncalled(self, function: Any) -> bool:
        """Tell whether a callable is not another binding of one that was called."""
        owner = getattr(function, "__self__", None)
        name = getattr(function, "__qualname__", None)
        key = (
            id(function)
            if name is None
            else (name, type(owner), getattr(function, "__module__", 0))
        )
        self._met[key] += 1
        return self._met[key] == 1

    def _is_forbidden(self, path: str, value: Any) -> bool:
        kind = type(value)
        what = FORBIDDEN.get(id(value)) or self._namespaces.get(id(value))
        if what is None and issubclass(kind, FORBIDDEN_KINDS):
            what = f"a {kind.__name__}"
        if what is None and issubclass(kind, type) and issubclass(value, type):
            what = "a metaclass"
        if what is None and isinstance(value, type) and not is_vouched_for(value):
            what = "a class that neither the game's statements nor a module made"
        if what is None and kind is dict and "__builtins__" in value:
            what = "a namespace of globals"
        if what is not None:
            self.found.append(f"{path} is {what}")
        return what is not None

    def _results(self, function: Any) -> Iterator[tuple[str, Any]]:
        """Yield what a callable returns for some arguments; what it raises is the game's to see."""
        for arguments in self._arguments:
            try:
                result = function(*arguments)
            except Exception as error:
                result = error
            except BaseException:  # fuel
                continue
            if type(result) not in (str, int, float, bool, type(None)):
                yield f"({', '.join(type(item).__name__ for item in arguments)})", result


def is_vouched_for(kind: type) -> bool:
    """Tell whether a class is the game's, made by a statement, or a real module's own."""
    if is_game_class(kind) or type(kind) is GuardedEnumType:
        return True
    home: Any = sys.modules.get(kind.__module__)
    for name in kind.__qualname__.split("."):
        home = getattr(home, name, None)
    return home is kind


def attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every attribute that the policy lets a program read."""
    names = set(dir(value)) | set(dir(type(value)))
    for name in sorted(names):
        if attribute_fault(name) is not None or name == "format":
            continue
        try:
            item = attribute(value, name) if name in CHECKED_ATTRIBUTES else getattr(value, name)
        except Exception:
            continue
        yield f".{name}", item


def contents(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, without drawing from iterators."""
    if isinstance(value, (dict, types.MappingProxyType)):
        for number, (key, item) in enumerate(list(value.items())[:300]):
            yield f"<key {number}>", key
            yield f"[{key!r:.30}]" if type(key) is str else f"<value {number}>", item
    elif isinstance(value, (list, tuple, set, frozenset, deque)):
        for number, item in enumerate(list(value)[:300]):
            yield f"[{number}]", item


def is_spellable(name: str) -> bool:
    return name.isidentifier() and not name.startswith("__")


class Reach:
    """A freshly compiled game and all the names and samples that its program can start from."""

    def __init__(self) -> None:
        mentioned = "\n".join(f"    {name}" for name in sorted(PREBOUND) if name != "NamedTuple")
        source = f"{SAMPLES}\ndef mention():\n{mentioned}\n    NamedTuple\n"
        loaded = load_program(compile_program(source, is_metered=True), 200_000, 0)
        namespace = loaded.namespace
        self.roots = {
            name: value for name, value in loaded.runtime.builtins.items() if is_spellable(name)
        }
        for module, members in MODULE_NAMES.items():
            space = loaded.runtime.library.namespace(module)
            self.roots[module] = space
            self.roots.update({f"{module}.{name}": getattr(space, name) for name in members})
        for group in ("VALUES", "ERRORS"):
            for number, value in enumerate(namespace[group]):
                self.roots[f"{group}[{number}]"] = value
                if type(value).__module__ == "<game>":
                    for name in OPERATOR_METHODS:
                        self.roots[f"{group}[{number}].super.{name}"] = getattr(value, name, None)
        self.arguments = [namespace["A"], namespace["A"](1), namespace["plain"], [1, 2], "x", 3]


@pytest.fixture(autouse=True)
def deprecations_are_not_the_subject() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def audit(reach: Reach) -> Audit:
    return Audit(reach.arguments).run(reach.roots)


def test_nothing_of_the_host_is_reached() -> None:
    reach = Reach()
    assert len(reach.roots) > 400
    assert audit(reach).found == []


def test_no_mutable_object_is_shared_between_games() -> None:
    first, second = Reach(), Reach()
    one, other = audit(first), audit(second)
    shared = one.mutable.keys() & other.mutable.keys()
    assert sorted(one.mutable[key] for key in shared) == []
    assert len(one.mutable) > 100


class Holder:
    """Something planted that a program could reach."""

    box: list[int] = []  # noqa: RUF012 - shared on purpose

    def __init__(self, leak: Any) -> None:
        self.leak = leak


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        (Holder(os), "planted.leak is a module"),
        (Holder({"deep": [(os,)]}), "planted.leak['deep'][0][0] is a module"),
        (Holder(vars(os)), "planted.leak is os"),
        (Holder(type), "planted.leak is type"),
        (Holder(abc.ABCMeta), "planted.leak is a metaclass"),
        (Holder(lambda: sys._getframe()), "planted.leak() is a frame"),
        (Holder(sys._getframe().f_code), "planted.leak is a code"),
        (Holder(open), "planted.leak is open"),
        (Holder(random.Random(1)), "planted.leak is a Random"),
        (collections.Counter, "planted.copy(type) is type"),
        (collections.ChainMap, "planted.new_child(type, str) is a class"),
    ],
)
def test_audit_sees_what_is_planted(planted: Any, what: str) -> None:
    found = Audit(Reach().arguments).run({"planted": planted}).found
    assert [line for line in found if line.startswith(what)], found[:5]


def test_audit_sees_a_shared_container() -> None:
    first, second = Reach(), Reach()
    one = Audit(first.arguments).run({"planted": Holder(1)})
    other = Audit(second.arguments).run({"planted": Holder(2)})
    assert [one.mutable[key] for key in one.mutable.keys() & other.mutable.keys()] == [
        "planted.box"
    ]
