"""What workers answered about a program, read strictly: their answers may be forged."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from codeworld.errors import SpecError, WorkerCrashError
from codeworld.sandbox import JobResult
from codeworld.spec import GameSpec
from codeworld.verify.play_tree import Facts, Fault, Node, PlayTree, read_facts, read_fault

ValueT = TypeVar("ValueT")

NOT_REACHED = Fault("", "play did not get there")
"""Stands where an action on the way is not legal for the program, or failed."""


class Probe(NamedTuple):
    """An illegal action that was tried: where, which, and the harm it did, "" for none."""

    place: int
    action: str
    harm: str


class Resample(NamedTuple):
    """A resampled history.

    Attributes:
        place: the decision that was resampled.
        player: who decides there.
        action: what the player did there, which the line must end with; None before the decision.
        end: the node that the resampled line leads to; -1 where it cannot be played.
        problem: why it cannot.
    """

    place: int
    player: int
    action: str | None
    end: int
    problem: str


@dataclass(frozen=True, slots=True)
class Recording:
    """An exploration of one program.

    Attributes:
        defined: names of the contract functions that it defines.
        tree: every position met.
        exhausted: whether these are all there are.
        drawn: how many of the nodes, the first ones, the seed drew; those behind them are on given
            or on resampled lines.
        touched: nodes whose action changed the state before them.
        changed: (node, difference) of positions that answered differently when asked again.
        probes: illegal actions that were tried.
        resampled: resampled histories.
        statements: how many statements the program's functions have.
        reached: first lines of those that ran.
        optional: (function, what is wrong) of optional functions that fail.
        vocabulary: the actions that `get_all_actions` declares; None where it does not.
        spec: the facts that all positions together show; None if they show none.
        no_spec: why they do not.
    """

    defined: frozenset[str]
    tree: PlayTree
    exhausted: bool
    drawn: int
    touched: tuple[int, ...]
    changed: tuple[tuple[int, str], ...]
    probes: tuple[Probe, ...]
    resampled: tuple[Resample, ...]
    statements: int
    reached: frozenset[int]
    optional: tuple[tuple[str, str], ...]
    vocabulary: tuple[str, ...] | None
    spec: GameSpec | None
    no_spec: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What a program says along the lines of another tree.

    Attributes:
        looks: for every node of that tree its facts, its fault, or None where it did not get there.
    """

    looks: tuple[Facts | Fault | None, ...]

    def tree(self, lines: PlayTree) -> PlayTree:
        """Return the tree of `lines`, in this program's facts: equal places, equal lines.

        A node where the program did not get to has the fault `NOT_REACHED`.
        """
        return PlayTree(
            tuple(
                Node(node.parent, node.action, look, None)
                if isinstance(look, Facts)
                else Node(node.parent, node.action, None, look or NOT_REACHED)
                for node, look in zip(lines.nodes, self.looks, strict=True)
            )
        )


def replay_from(known: PlayTree, lines: PlayTree) -> Replay | None:
    """Return what a program says along the lines of another tree, where its own tree has it all.

    Args:
        known: what the program, which must be trusted, said in an exploration of its own.
        lines: the other tree.

    Returns:
        The replay; None if some line goes on with an action that is legal and was not tried.
    """
    places: list[int | None] = [0]
    for node in lines.nodes[1:]:
        before = places[node.parent]
        place = None
        if before is not None and node.action in known.nodes[before].open_actions:
            place = known.children[before].get(node.action)
            if place is None:
                return None
        places.append(place)
    looks = [None if place is None else known.nodes[place] for place in places]
    return Replay(tuple(look and (look.facts or look.fault) for look in looks))


def read_stubs(result: JobResult) -> tuple[str, ...]:
    """Return the names of stub functions from the answer of `recorder.load`.

    Raises:
        GameError: of the kind by which the program does not load.
    """
    return _read(result, lambda value: tuple(_text(name) for name in value))


def read_examination(
    result: JobResult, lines: PlayTree | None
) -> tuple[tuple[str, ...], Recording, Replay | None]:
    """Return stubs, recording and replay from the answer of `recorder.examine`.

    Args:
        result: the answer.
        lines: what was replayed; None if nothing was.

    Raises:
        GameError: if there is none; WorkerCrashError if the answer is malformed.
    """

    def read(value: Any) -> tuple[tuple[str, ...], Recording, Replay | None]:
        stubs, recording, replay = value
        replayed = None if lines is None else _replay(replay, lines)
        return tuple(map(_text, stubs)), _recording(recording), replayed

    return _read(result, read)


def read_recording(result: JobResult) -> Recording:
    """Return the recording from the answer of `recorder.record`.

    Raises:
        GameError: if there is none; WorkerCrashError if the answer is malformed.
    """
    return _read(result, _recording)


def read_replay(result: JobResult, lines: PlayTree) -> Replay:
    """Return the replay from the answer of `recorder.replay`.

    Raises:
        GameError: if there is none; WorkerCrashError if the answer is malformed.
    """
    return _read(result, lambda value: _replay(value, lines))


def _read(result: JobResult, read: Callable[[Any], ValueT]) -> ValueT:
    value = result.unwrap()
    try:
        with _no_collection():
            return read(json.loads(value))
    except (TypeError, ValueError, KeyError, IndexError, RecursionError, SpecError) as error:
        raise WorkerCrashError(f"the worker's answer is malformed: {error}") from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no cycles meanwhile: there are none in what is read, and looking takes longer."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _recording(value: Any) -> Recording:
    tree, words = PlayTree.from_value(value["nodes"]), value["vocabulary"]
    spec, no_spec = map(_text, value["spec"])
    count = len(tree.nodes)
    if not count:
        raise ValueError("a tree without a root")
    return Recording(
        defined=frozenset(map(_text, value["defined"])),
        tree=tree,
        exhausted=_exactly(bool, value["exhausted"]),
        drawn=_place(_exactly(int, value["drawn"]) - 1, count) + 1,
        touched=tuple(_place(place, count) for place in value["touched"]),
        changed=tuple((_place(place, count), _text(what)) for place, what in value["changed"]),
        probes=tuple(
            Probe(_place(place, count), _text(action), _text(harm))
            for place, action, harm in value["probes"]
        ),
        resampled=tuple(_resample(fields, count) for fields in value["resampled"]),
        statements=_exactly(int, value["statements"]),
        reached=frozenset(_exactly(int, line) for line in value["reached"]),
        optional=tuple((_text(name), _text(what)) for name, what in value["optional"]),
        vocabulary=None if words is None else tuple(_text(word) for word in words),
        spec=GameSpec.from_json(spec) if spec else None,
        no_spec=no_spec,
    )


def _resample(fields: Sequence[Any], count: int) -> Resample:
    place, player, action, end, problem = fields
    own = None if action is None else _text(action)
    end = -1 if end == -1 else _place(end, count)
    return Resample(_place(place, count), _exactly(int, player), own, end, _text(problem))


def _replay(value: Any, lines: PlayTree) -> Replay:
    looks: list[Facts | Fault | None] = []
    for look in value:
        if look is None:
            looks.append(None)
        else:
            facts, fault = look
            looks.append(read_fault(fault) if facts is None else read_facts(facts))
    if len(looks) != len(lines.nodes):
        raise ValueError("a replay of another length than its lines")
    for node, look in zip(lines.nodes, looks, strict=True):
        if look is not None and node.parent >= 0 and not isinstance(looks[node.parent], Facts):
            raise ValueError("a replay that goes on behind its end")
    return Replay(tuple(looks))


def _place(value: Any, count: int) -> int:
    if not 0 <= _exactly(int, value) < count:
        raise ValueError(f"there is no node {value}")
    return int(value)


def _text(value: Any) -> str:
    return str(_exactly(str, value))


def _exactly(kind: type[ValueT], value: Any) -> ValueT:
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} where {kind.__name__} must be")
    return value
