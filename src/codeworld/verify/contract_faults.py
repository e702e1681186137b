"""Faults that only game programs have: what is observed, what chance weighs, which state is new."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeworld.verify.edit import Edit
from codeworld.verify.parsed_source import ParsedSource

_CHANCES = (
    "[(outcome, 1 / len(outcomes)) for outcome, _ in outcomes]",
    "[(outcome, weight) for (outcome, _), (_, weight) in zip(outcomes, outcomes[::-1])]",
    "[(outcome, p * p / sum(q * q for _, q in outcomes)) for outcome, p in outcomes]",
    "[(outcome, 2 * (place + 1) / len(outcomes) / (len(outcomes) + 1))"
    " for place, (outcome, _) in enumerate(outcomes)]",
)


def find_observations(source: ParsedSource) -> Iterator[Edit]:
    """A player sees what another one should, or all see what the first should."""
    for result in _returns(source, "get_observations"):
        for wrong in ("views[1:] + views[:1]", "[views[0]] * len(views)"):
            code = f"(lambda views: {wrong})({source.code(result)})"
            yield source.replace("another's observation", result, code)


def find_leaks(source: ParsedSource) -> Iterator[Edit]:
    """Observations show a field of the state that they should not have."""
    function = source.functions.get("get_observations")
    if function is None or not function.args.args:
        return
    state = function.args.args[0].arg
    fields = _initial_fields(source)
    for display in source.nodes(ast.Dict):
        if source.function(display) is not function or not display.values:
            continue
        shown = {key.value for key in display.keys if isinstance(key, ast.Constant)}
        opening, rest = source.code(display)[0], source.code(display)[1:]
        for field in fields:
            if field not in shown:
                code = f'{opening}"{field}": {state}["{field}"], {rest}'
                yield source.replace("leaked field", display, code)
        yield source.replace("leaked field", display, f"{opening}**{state}, {rest}")


def find_chances(source: ParsedSource) -> Iterator[Edit]:
    """Chance outcomes with wrong weights that still sum to 1."""
    for result in _returns(source, "get_chance_outcomes"):
        for wrong in _CHANCES:
            code = f"(lambda outcomes: {wrong})({source.code(result)})"
            yield source.replace("chance weight", result, code)


def find_old_states(source: ParsedSource) -> Iterator[Edit]:
    """The state that was given is returned where a new one should be."""
    for name, function in source.functions.items():
        if not function.args.args or name.startswith("get_") or name == "render":
            continue
        state = function.args.args[0].arg
        for result in _returns(source, name):
            is_new = isinstance(result, ast.Dict) or name == "apply_action"
            if is_new and source.code(result) != state:
                yield source.replace("old state", result, state)


def _returns(source: ParsedSource, name: str) -> Iterator[ast.expr]:
    """Yield what a module-level function returns."""
    function = source.functions.get(name)
    for statement in source.nodes(ast.Return):
        if function is not None and source.function(statement) is function and statement.value:
            yield statement.value


def _initial_fields(source: ParsedSource) -> list[str]:
    """Return the fields that the initial state names, in source order."""
    fields = {
        key.value: None
        for display in source.nodes(ast.Dict)
        for key in display.keys
        if getattr(source.function(display), "name", "") == "get_initial_state"
        and isinstance(key, ast.Constant)
        and isinstance(key.value, str)
    }
    return list(fields)
