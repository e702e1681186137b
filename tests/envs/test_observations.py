"""Schemas are found, written, read and encoded; what they do not know becomes zeros."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeworld import schema as schemas
from codeworld.envs.observations import compile_encoder, compile_vector_encoder
from codeworld.envs.schema_builder import SchemaBuilder
from codeworld.errors import ContractError, ObservationTypeError, SpecError
from codeworld.schema import (
    Category,
    Flag,
    Integer,
    Listing,
    Nothing,
    OneOf,
    Real,
    Record,
    Text,
    from_json,
    labels,
    to_json,
    width,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-50, 50),
    st.floats(-5, 5),
    st.text("abc", max_size=4),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("uvw"), inner, max_size=3)
    ),
    max_leaves=12,
)


def build(examples, **options):
    builder = SchemaBuilder()
    for example in examples:
        builder.add(example)
    return builder.build(**options)


def encode(schema, value):
    chunks = []
    compile_encoder(schema)(value, chunks)
    return np.frombuffer(b"".join(chunks), np.float32).tolist()


@pytest.mark.parametrize(
    ("examples", "schema"),
    [
        ([None], Nothing()),
        ([True, False], Flag()),
        (["x", "o"], Category(("o", "x"))),
        (["x", None], Category(("x", None))),
        ([0, 5], Category((0, 1, 2, 3, 4, 5))),
        ([0, 90], Integer(0, 90)),
        ([0, 1.5], Real(0.0, 1.5)),
        ([None, 90, 0], OneOf((Nothing(), Integer(0, 90)))),
        ([list("xo."), list("...")], Listing(Category((".", "o", "x")), 3, varies=False)),
        ([["a"], ["a", "b"]], Listing(Category(("a", "b")), 2, varies=True)),
        ([["a", 1], ["b", 2]], Record(((0, Category(("a", "b"))), (1, Category((1, 2)))))),
        ([{"pot": 3, "up": True}], Record((("pot", Category((3,))), ("up", Flag())))),
        ([[]], Nothing()),
        ([f"{number:03}" for number in range(40)], Text("0123456789", 3)),
    ],
)
def test_schemas_are_found(examples, schema):
    assert build(examples) == schema


def test_integers_between_those_seen_are_known_unless_the_examples_are_all_there_are():
    assert build([1, 5]) == Category((1, 2, 3, 4, 5))
    assert build([1, 5], complete=True) == Category((1, 5))


@given(st.lists(VALUES, min_size=1, max_size=6), st.randoms())
def test_a_schema_depends_on_the_set_of_examples_alone(examples, random):
    shuffled = [*examples, *examples[:2]]
    random.shuffle(shuffled)
    assert build(examples) == build(shuffled)


@given(st.lists(VALUES, min_size=1, max_size=6), VALUES)
def test_every_value_takes_the_schemas_width_within_bounds(examples, stranger):
    schema = build(examples)
    for value in (*examples, stranger, object()):
        numbers = encode(schema, value)
        assert len(numbers) == width(schema) == len(labels(schema))
        assert all(0.0 <= number <= 1.0 for number in numbers)


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_schemas_survive_json(examples):
    schema = build(examples)
    assert from_json(json.loads(json.dumps(to_json(schema)))) == schema


@given(st.lists(VALUES, min_size=2, max_size=6))
def test_known_discrete_values_are_told_apart(examples):
    schema = build(examples)
    texts = {json.dumps(value, sort_keys=True): value for value in examples}
    encodings = {tuple(encode(schema, value)) for value in texts.values()}
    if not any(kind in repr(schema) for kind in ("Real", "Record", "Nothing")):
        assert len(encodings) == len(texts)


@pytest.mark.parametrize(
    ("schema", "value", "numbers"),
    [
        (Category(("a", "b")), "c", [0, 0]),
        (Category(("a", "b")), ["a"], [0, 0]),
        (Flag(), True, [1]),
        (Flag(), "yes", [0]),
        (Integer(0, 10), 5, [0.5]),
        (Integer(0, 10), 99, [1]),
        (Integer(0, 10**6), 250_000, [0.25]),
        (Integer(0, 10), "5", [0]),
        (Real(-1.0, 1.0), 0.0, [0.5]),
        (Real(-1.0, 1.0), float("nan"), [0]),
        (Text("ab", 2), "b", [0, 1, 0, 0]),
        (Text("ab", 2), "zab", [0, 0, 1, 0]),
        (Listing(Category(("a", "b")), 2, varies=True), ["b"], [1, 0, 1, 0, 0, 0]),
        (Listing(Category(("a", "b")), 2, varies=True), ["?", "b", "a"], [1, 0, 0, 1, 0, 1]),
        (Listing(Flag(), 2, varies=False), (True, True, True), [1, 1]),
        (Listing(Flag(), 2, varies=False), None, [0, 0]),
        (Record((("a", Flag()), ("b", Flag()))), {"b": True, "c": True}, [0, 1]),
        (Record(((0, Flag()), (1, Flag()))), [True], [1, 0]),
        (Record((("a", Flag()),)), 3, [0]),
        (OneOf((Nothing(), Integer(0, 2))), 1, [0, 1, 0.5]),
        (OneOf((Nothing(), Integer(0, 2))), None, [1, 0, 0]),
        (OneOf((Nothing(), Integer(0, 2))), "x", [0, 0, 0]),
    ],
)
def test_encodings(schema, value, numbers):
    assert encode(schema, value) == numbers


def test_a_vector_begins_with_the_players_own_seat_and_is_fresh():
    encoder, size = compile_vector_encoder(Flag(), num_players=3)
    vector = encoder(True, 1)
    assert vector.shape == (size,)
    assert vector.tolist() == [0, 1, 0, 1]
    vector[:] = 9
    assert encoder(True, 1).tolist() == [0, 1, 0, 1]


def test_a_value_that_lies_about_its_length_is_refused():
    class Liar(list):
        def __len__(self):
            return 0

    class Sneaky(dict):
        def __getitem__(self, key):
            return True

    encoder, _ = compile_vector_encoder(Listing(Flag(), 1, varies=False), num_players=1)
    assert encoder(Liar([True, True]), 0).tolist() == [1, 0]
    record, _ = compile_vector_encoder(Record((("a", Flag()),)), num_players=1)
    assert record(Sneaky(), 0).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"hand": {1, 2}}, r"\$\.hand is a set; return a sorted list"),
        ({"pot": float("inf")}, r"\$\.pot is not a finite number"),
        ({"card": object()}, r"\$\.card is of type object"),
        ([[1], [b"x"]], r"\$\[1\]\[0\] is of type bytes"),
        ({(0, 1): "x"}, "keys that are neither str nor int"),
    ],
)
def test_unsupported_leaves_name_their_place(value, message):
    with pytest.raises(ObservationTypeError, match=message):
        build([value])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"kind": "colour"}, "no schema is of kind 'colour'"),
        ({"kind": "integer", "low": 1}, "KeyError"),
        ([], "not a schema"),
        ({"kind": "record", "fields": [["a", {"kind": "list"}]]}, r"observation_schema\.a: not"),
    ],
)
def test_what_is_no_schema_is_refused(data, message):
    with pytest.raises(SpecError, match=message):
        from_json(data)


def test_labels_name_every_number():
    schema = Record(
        (("board", Listing(Category((".", "x")), 2, varies=False)), ("pot", Integer(0, 9)))
    )
    assert labels(schema) == [
        "$.board[0]=.",
        "$.board[0]=x",
        "$.board[1]=.",
        "$.board[1]=x",
        "$.pot",
    ]


def test_the_schema_module_is_reachable_from_the_package():
    assert schemas.width(Flag()) == 1
    assert issubclass(ObservationTypeError, Exception)
    assert issubclass(ContractError, Exception)
