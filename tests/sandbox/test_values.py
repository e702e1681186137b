"""The plain-value codec: faithful, canonical, inert, and closed to everything else."""

from __future__ import annotations

import enum
import json
import math
import random
import subprocess
import sys
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeworld.errors import ContractError
from codeworld.sandbox.values import GameEnumMember, GameObject, canonical, decode, encode

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
)
KEYS = SCALARS | st.tuples(SCALARS, SCALARS)


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(children, max_size=4)
        | st.lists(children, max_size=4).map(tuple)
        | st.lists(children, max_size=4).map(deque)
        | st.dictionaries(st.text(max_size=4) | KEYS, children, max_size=4)
        | st.dictionaries(KEYS, children, max_size=3).map(OrderedDict)
        | st.dictionaries(KEYS, children, max_size=3).map(lambda d: defaultdict(list, d))
        | st.dictionaries(KEYS, st.integers(), max_size=3).map(Counter)
        | st.sets(KEYS, max_size=4)
        | st.frozensets(KEYS, max_size=4)
        | st.binary(max_size=4)
    )


VALUES = st.recursive(SCALARS, containers, max_leaves=12)
PLAIN = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=4), children, max_size=4)
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Equality that tells types, the order of dicts and the sign of zero apart."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=True)
        return len(one) == len(other) and all(same(a, b) for a, b in pairs)
    if isinstance(one, (list, tuple, deque)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    if isinstance(one, (set, frozenset)):
        return one == other and {type(x) for x in one} == {type(x) for x in other}
    return bool(one == other)


@given(VALUES)
def test_decode_is_the_inverse_of_encode(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(PLAIN)
def test_plain_values_are_plain_json(value: Any) -> None:
    text = encode(value)
    assert same(decode(text), value)
    if "$" not in text:
        assert same(json.loads(text), value)


@given(VALUES, st.randoms(use_true_random=False))
def test_canonical_ignores_the_order_of_dicts_only(value: Any, rng: random.Random) -> None:
    def shuffled(item: Any) -> Any:
        if type(item) in (dict, Counter, defaultdict):
            pairs = [(key, shuffled(inner)) for key, inner in item.items()]
            rng.shuffle(pairs)
            made = item.copy()
            made.clear()
            made.update(dict(pairs))
            return made
        if type(item) in (list, tuple, deque):
            return type(item)(map(shuffled, item))
        return item

    assert canonical(shuffled(value)) == canonical(value)


def test_encode_keeps_the_order_of_dicts() -> None:
    assert list(decode(encode({"b": 1, "a": 2}))) == ["b", "a"]
    assert list(decode(encode({3: 1, (1,): 2, "a": 0}))) == [3, (1,), "a"]


DISTINCT = [
    *(1, 1.0, True, "1", None, 0, 0.0, -0.0, False, "", [], (), {}, set(), frozenset(), deque()),
    *([1], (1,), [1.0], {1}, frozenset({1}), deque([1]), deque([1], 3), {"1": 2}, {1: 2}, {1.0: 2}),
    *(float("nan"), float("inf"), float("-inf"), "nan", Counter(), OrderedDict(), defaultdict(int)),
    *(defaultdict(list), defaultdict(None), b"", b"1", range(3), range(4), {"$set": []}, {"$x": 1}),
    *({"$ref": 0}, [["$ref", 0]], {"$tuple": [1]}, "$", 10**4000),
]


@pytest.mark.parametrize("write", [encode, canonical])
def test_different_values_have_different_texts(write: Any) -> None:
    texts = [write(value) for value in DISTINCT]
    assert len(set(texts)) == len(DISTINCT)
    for value, text in zip(DISTINCT, texts, strict=True):
        assert encode(decode(text)) == encode(value)


def test_canonical_text_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from codeworld.sandbox.values import canonical\n"
        "print(canonical([set('abcdefgh'), {x: {x} for x in 'hgf'}, {('a', 1): 0, ('b', 2): 0}]))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


def test_shared_objects_stay_shared() -> None:
    row = [0, 0]
    value = decode(encode({"board": [row, row], "other": [0, 0]}))
    assert value["board"][0] is value["board"][1]
    assert value["board"][0] is not value["other"]
    assert canonical({"board": [row, row]}) == canonical({"board": [[0, 0], [0, 0]]})


# --- a game's own classes ------------------------------------------------------------------------


class Card:
    touched: ClassVar[list[str]] = []

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.seen = [rank]

    def _touch(self, *_: Any) -> Any:
        self.touched.append("touched")
        raise AssertionError("the game's code ran")

    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __len__ = __bool__ = _touch
    __getattr__ = __copy__ = __deepcopy__ = __reduce__ = __lt__ = __format__ = _touch


@dataclass(frozen=True, slots=True)
class Square:
    row: int
    column: int


@dataclass
class Board:
    squares: dict[Square, str]


class Suit(enum.Enum):
    SPADES = "s"
    HEARTS = ["h"]  # noqa: RUF012 - an unhashable value is legal


class Side(enum.IntFlag):
    LEFT = 1
    RIGHT = 2


class Row(list):  # type: ignore[type-arg]
    pass


class Score(int):
    pass


class Bag(Counter):  # type: ignore[type-arg]
    pass


Move = namedtuple("Move", "source target")

CLASSES: dict[str, type] = {
    cls.__name__: cls for cls in (Card, Square, Board, Suit, Side, Row, Score, Bag, Move)
}


def test_objects_come_back_as_their_class() -> None:
    row = Row([1, 2])
    row.label = "top"  # type: ignore[attr-defined]
    value = [Board({Square(1, 2): "x"}), Move(1, (2, 3)), row, Score(4), Bag("aab"), Suit.HEARTS]
    back = decode(encode(value, CLASSES), CLASSES)
    assert back == value
    assert [type(item) for item in back] == [type(item) for item in value]
    assert back[2].label == "top"
    assert back[5] is Suit.HEARTS
    assert decode(encode(Side.LEFT | Side.RIGHT, CLASSES), CLASSES) is Side.LEFT | Side.RIGHT


def test_encoding_runs_no_code_of_the_game() -> None:
    value = {"hand": [Card(1), Card(2)]}
    text = encode(value, CLASSES)
    canonical(value, CLASSES)
    back = decode(text, CLASSES)
    assert back["hand"][1].__dict__ == {"rank": 2, "seen": [2]}
    assert Card.touched == []


def test_without_classes_objects_are_inert_records() -> None:
    value = [Board({Square(1, 2): "x"}), Move(1, 2), Suit.SPADES, {Square(0, 0)}]
    text = encode(value, CLASSES)
    inert = decode(text)
    assert type(inert[0]) is GameObject
    assert inert[0].name == "Board"
    assert inert[2] == GameEnumMember("Suit", "SPADES", None)
    assert encode(inert) == text
    assert canonical(inert) == canonical(value, CLASSES)
    assert decode(encode(inert), CLASSES) == value
    assert hash(inert[0]) == hash(decode(text)[0])


def test_an_object_of_an_unknown_class_is_refused_when_read() -> None:
    text = encode(Move(1, 2), CLASSES)
    with pytest.raises(ContractError, match=r"class 'Move', which the program does not define"):
        decode(text, {})


# --- refusals ------------------------------------------------------------------------------------


class Unknown(dict):  # type: ignore[type-arg]
    pass


REFUSED = [
    ({"a": [1, {"b": print}]}, r"\$\.a\[1\]\.b: a builtin_function_or_method"),
    ([lambda: 0], r"\$\[0\]: a function"),
    ({"m": math}, r"\$\.m: a module"),
    (((x for x in ()),), r"\$\[0\]: a generator"),
    ({1: {2: bytearray()}}, r"\$\[1\]\[2\]: a bytearray"),
    ([Unknown()], r"\$\[0\]: a Unknown"),
    ([Card(1)], r"\$\[0\]: a Card"),
    ([1j], r"a complex"),
    ([Suit], r"a EnumType"),
    (defaultdict(lambda: 0), r"factory"),
    ({Square(1, 2): print}, r"\$\[key 0\]"),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
@pytest.mark.parametrize("write", [encode, canonical])
def test_what_is_not_data_is_refused_by_place(value: Any, message: str, write: Any) -> None:
    with pytest.raises(ContractError, match=message):
        write(value, {"Square": Square})


def test_cycles_depth_and_size_are_capped() -> None:
    cycle: list[Any] = []
    cycle.append([cycle])
    deep: Any = 0
    for _ in range(65):
        deep = [deep]
    laughs: list[Any] = ["ha"]
    for _ in range(40):
        laughs = [laughs, laughs]
    long = ["x" * 1_000_000] * 20
    for value, message in [(cycle, "itself"), (deep, "deeper"), (long, "more than")]:
        with pytest.raises(ContractError, match=message):
            encode(value)
        with pytest.raises(ContractError, match=r"deeper|more than|itself"):
            canonical(value)
    with pytest.raises(ContractError, match="more than"):
        canonical(laughs)
    assert len(encode(laughs)) < 5000  # what is shared is written once
    with pytest.raises(ContractError, match="digits"):
        encode([10**5000])


FORGED = [
    *("", "x", "[", "NaN", "[1e5,Infinity]", '{"$dict":[[[],1]]}', '{"$set":[[1]]}', '{"$set":1}'),
    *(
        '{"$ref":0}',
        '{"$what":1}',
        '{"$tuple":{}}',
        '{"$float":"1"}',
        '{"$bytes":"x"}',
        "[" * 10**5,
    ),
    *('{"$object":["A",1,2]}', '{"$object":[1,[],null]}', '{"$enum":["A",1,2]}', '{"$deque":[1]}'),
    *('{"$defaultdict":["eval",[]]}', '{"$range":[1,2,0]}', '{"$tuple":[],"b":1}', "1" * 5000),
]


@pytest.mark.parametrize("text", FORGED, ids=range(len(FORGED)))
def test_forged_text_is_a_contract_error(text: str) -> None:
    with pytest.raises(ContractError):
        decode(text)


def test_keys_that_all_collide_are_refused() -> None:
    modulus = sys.hash_info.modulus
    keys = ",".join(str(n * modulus) for n in range(1, 1000))
    with pytest.raises(ContractError, match="one hash"):
        decode(f'{{"$set":[{keys}]}}')
    with pytest.raises(ContractError, match="one hash"):
        decode('{"$dict":[' + ",".join(f"[{key},0]" for key in keys.split(",")) + "]}")
