"""Mutants: copies of a right program with a small fault put in, to test the tests with.

A verification that accepts a mutant which plays differently would accept a wrong candidate. All
faults are made on the syntax tree and written into the text, so that a mutant differs from its
original in one construct, and reads like what somebody could have written.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from codeworld.errors import GameError
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed
from codeworld.verify import (
    contract_faults,
    expression_faults,
    statement_faults,
    value_faults,
)
from codeworld.verify.edit import Edit, apply_edits
from codeworld.verify.parsed_source import ParsedSource

FAULTS: tuple[Callable[[ParsedSource], Iterator[Edit]], ...] = (
    expression_faults.find_comparisons,
    expression_faults.find_arithmetic,
    expression_faults.find_signs,
    expression_faults.find_connectives,
    expression_faults.find_conditions,
    expression_faults.find_off_by_ones,
    expression_faults.find_players,
    expression_faults.find_calls,
    value_faults.find_constants,
    value_faults.find_texts,
    value_faults.find_variables,
    value_faults.find_elements,
    value_faults.find_fields,
    statement_faults.find_dropped,
    statement_faults.find_swapped,
    statement_faults.find_updates,
    contract_faults.find_observations,
    contract_faults.find_leaks,
    contract_faults.find_chances,
    contract_faults.find_old_states,
)
"""Every way to put a fault in; each yields the edits that it could make."""

_UNJUDGED = ("render", "get_player_name")
"""Functions whose faults are no faults of the game."""

_TRIES = 20
"""Draws of several edits for every mutant that is wanted, before there are taken to be no more."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with faults put in.

    Attributes:
        source: its text, which differs from the original in the edits only.
        edits: the faults, in source order.
    """

    source: str
    edits: tuple[Edit, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each fault."""
        return tuple(edit.kind for edit in self.edits)

    @property
    def lines(self) -> tuple[int, ...]:
        """The line of each fault in the original, from 1."""
        return tuple(edit.line for edit in self.edits)

    def __str__(self) -> str:
        return "; ".join(
            f"line {edit.line}, {edit.kind}: {edit.description}" for edit in self.edits
        )


def make_mutants(
    source: str,
    *,
    seed: int = 0,
    limit: int | None = None,
    faults: int = 1,
    only_loadable: bool = True,
) -> tuple[Mutant, ...]:
    """Return mutants of a program.

    Every kind of fault comes in turn, so that few mutants still are of many kinds. No two have the
    same syntax tree, and none has the original's.

    Args:
        source: a trusted GameCWM, as plain Python.
        seed: decides which mutants come, and in what order.
        limit: how many to return at most. By default all that there are with one fault, and with
            several as many as there are faults to choose from.
        faults: how many faults each has, at different places.
        only_loadable: leave out those that do not load, which test nothing but loading. To know,
            each is loaded in this process: that is safe as long as the original is trusted.

    Raises:
        GameSyntaxError: if the source is not Python.
        ValueError: if `faults` or `limit` is less than 1.
    """
    if faults < 1 or (limit is not None and limit < 1):
        raise ValueError(f"faults={faults} and limit={limit} must be at least 1")
    parsed = ParsedSource(source)
    generator = np.random.default_rng(derive_seed(seed, "mutants", faults))
    edits = _shuffle(_find_edits(parsed), generator)
    combinations = ((edit,) for edit in edits) if faults == 1 else _draw(edits, faults, generator)
    wanted = limit or len(edits)
    seen = {ast.dump(parsed.tree)}
    mutants: list[Mutant] = []
    for chosen in combinations:
        text = apply_edits(parsed.text, chosen).decode()
        tree = _tree_of(text)
        if tree is None or tree in seen:
            continue
        seen.add(tree)
        if not only_loadable or _loads(text):
            mutants.append(Mutant(text, chosen))
        if len(mutants) == wanted:
            break
    return tuple(mutants)


def _find_edits(parsed: ParsedSource) -> dict[str, list[Edit]]:
    """Return every possible edit by its kind."""
    skipped = [
        range(function.lineno, (function.end_lineno or function.lineno) + 1)
        for name, function in parsed.functions.items()
        if name in _UNJUDGED
    ]
    by_kind: dict[str, list[Edit]] = defaultdict(list)
    for find in FAULTS:
        for edit in find(parsed):
            if not any(edit.line in lines for lines in skipped):
                by_kind[edit.kind].append(edit)
    return by_kind


def _shuffle(by_kind: dict[str, list[Edit]], generator: np.random.Generator) -> list[Edit]:
    """Return all edits in a random order in which the kinds take turns."""
    waiting = []
    for kind in sorted(by_kind):
        edits = by_kind[kind]
        waiting.append([edits[place] for place in generator.permutation(len(edits))])
    ordered: list[Edit] = []
    while waiting:
        for place in generator.permutation(len(waiting)):
            ordered.append(waiting[place].pop())
        waiting = [edits for edits in waiting if edits]
    return ordered


def _draw(
    edits: list[Edit], faults: int, generator: np.random.Generator
) -> Iterator[tuple[Edit, ...]]:
    """Yield random sets of edits at different places."""
    if len(edits) < faults:
        return
    for _ in range(_TRIES * len(edits)):
        places = generator.choice(len(edits), faults, replace=False)
        chosen = sorted((edits[place] for place in places), key=lambda edit: edit.start)
        if not any(a.overlaps(b) for a, b in pairwise(chosen)):
            yield tuple(chosen)


def _tree_of(text: str) -> str | None:
    """Return text that is equal for programs that differ in their spelling only."""
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return None


def _loads(text: str) -> bool:
    try:
        compile_game(text)
    except GameError:
        return False
    return True
