"""Tasks of verification's workers: load, record and replay a program, and answer in plain values.

These functions run beside the candidate, in a worker process. They note what the candidate does and
judge nothing; `codeworld.verify.recording` reads their answers in the caller's process.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from codeworld.contract import CONTRACT, Game
from codeworld.envs.inference import infer_spec_from
from codeworld.errors import FuelExhaustedError, GameError, SpecError
from codeworld.sandbox import compile_game, find_statements
from codeworld.seeding import derive_seed
from codeworld.verify.budget import Budget
from codeworld.verify.coverage import StatementLog
from codeworld.verify.digests import Digests
from codeworld.verify.exploration import explore
from codeworld.verify.explorer import Explorer

MODULE = __name__

_FEW_DECISIONS = 10
"""How many times more often a game is resampled that has few decisions."""

_MALFORMED = ("", "no such action", "None", "0 0 0 0 0 0 0 0")
"""Texts that are an action of hardly any game."""


def load(source: str, arguments: Any) -> str:
    """Compile and load the program; return the names of contract functions that are stubs."""
    compile_game(source)
    return json.dumps(_stubs(source))


def _stubs(source: str) -> list[str]:
    names = {function.name for function in CONTRACT}
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in names and _is_stub(node)
    ]


def _is_stub(function: ast.FunctionDef) -> bool:
    """Whether a function does nothing but say so."""
    body = [
        statement
        for statement in function.body
        if not isinstance(statement, ast.Pass)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    if not body:
        return True
    first = body[0]
    return isinstance(first, ast.Raise) and "NotImplementedError" in ast.dump(first)


def record(source: str, arguments: Any) -> str:
    """Explore a reference, without what only a candidate is asked.

    Args:
        source: the program.
        arguments: `seed`, `budget` (fields of Budget) and `lines`, more lines of actions to follow.
    """
    return json.dumps(_record(source, arguments, Digests(), is_trusted=True))


def replay(source: str, arguments: Any) -> str:
    """Play the lines of another tree, as far as this program takes their actions for legal.

    Args:
        source: the program.
        arguments: `seed` and `steps` ([parent, action] of every node of that tree).

    Returns:
        For every node its facts or fault, as a JSON list; null where play did not get there.
    """
    return json.dumps(_replay(compile_game(source), arguments, Digests()))


def examine(source: str, arguments: Any) -> str:
    """Load, record and replay in one worker, since to compile a program costs as much as to play.

    Args:
        source: the program.
        arguments: those of `record`, and `replay`, those of `replay` or null.

    Returns:
        The three answers as a JSON list; null for a replay that was not asked for.
    """
    wanted, digests = arguments["replay"], Digests()
    recording = _record(source, arguments, digests)
    # With marks as before: then it is compiled already.
    game = compile_game(source, on_statement=StatementLog().note)
    return json.dumps((_stubs(source), recording, wanted and _replay(game, wanted, digests)))


def _record(
    source: str, arguments: Any, digests: Digests, *, is_trusted: bool = False
) -> dict[str, Any]:
    seed, budget = arguments["seed"], Budget(**arguments["budget"])
    log = StatementLog()
    game = compile_game(source, on_statement=log.note)
    explorer = Explorer(game, log, derive_seed(seed, "restart"), digests)
    exhausted = explore(explorer, seed, budget)
    drawn = len(explorer.nodes)
    for line in arguments["lines"]:
        explorer.follow(tuple(line))
    optional = _try_optional(explorer)
    # A game that ran out of fuel is not asked again: all that it says now would be that.
    resampled = [] if explorer.out_of_fuel else _resample(explorer, seed, budget)
    probes = [] if explorer.out_of_fuel else _probe(explorer, seed, budget)
    return {
        "defined": sorted(game.defined),
        "nodes": explorer.tree().to_value(),
        "exhausted": exhausted,
        "drawn": drawn,
        "touched": [place for place, fine in enumerate(explorer.untouched) if not fine],
        "changed": [] if is_trusted else _look_again(explorer, budget),
        "probes": probes,
        "resampled": resampled,
        "statements": len(find_statements(source)),
        "reached": sorted(explorer.ever_reached),
        "optional": optional,
        "vocabulary": _vocabulary(game),
        "spec": ["", "not asked"] if is_trusted else _infer(explorer, exhausted),
    }


def _replay(game: Game, arguments: Any, digests: Digests) -> list[Any]:
    seed = derive_seed(arguments["seed"], "restart")
    explorer = Explorer(game, None, seed, digests)
    places: list[int | None] = [0]
    for parent, action in arguments["steps"][1:]:
        place = places[parent]
        legal = place is not None and action in explorer.open_actions(place)
        places.append(explorer.child(place, action) if legal and place is not None else None)
    nodes = [None if place is None else explorer.nodes[place] for place in places]
    return [None if node is None else [node.facts, node.fault] for node in nodes]


def _infer(explorer: Explorer, exhausted: bool) -> list[str]:
    """Return the spec that all positions show as JSON text, and "", or "" and why there is none."""
    positions = [position for position in explorer.positions if position is not None]
    try:
        spec = infer_spec_from(explorer.game, positions, exhausted=exhausted, key=explorer.digest)
    except (GameError, SpecError) as error:
        return ["", str(error)]
    return [spec.to_json(), ""]


def _try_optional(explorer: Explorer) -> list[list[str]]:
    """Call the optional functions; return (function, what is wrong) of those that fail."""
    game = explorer.game
    failures = []
    positions = [position for position in explorer.positions if position is not None]
    shown = [position.state for position in positions[:: max(len(positions) // 8, 1)]]
    calls: dict[str, Callable[[], object]] = {
        "get_all_actions": game.get_all_actions,
        "get_player_name": lambda: [game.get_player_name(p) for p in range(game.num_players)],
        "render": lambda: [game.render(state) for state in shown],
    }
    for name, call in calls.items():
        try:
            call()
        except GameError as error:
            failures.append([name, str(error)])
    return failures


def _vocabulary(game: Game) -> list[str] | None:
    try:
        return game.get_all_actions()
    except GameError:  # noted as an optional function that fails
        return None


def _places(explorer: Explorer, count: int, generator: np.random.Generator) -> list[int]:
    """Return some nodes with positions, spread over the tree."""
    places = [place for place, position in enumerate(explorer.positions) if position is not None]
    if len(places) <= count:
        return places
    return sorted(places[number] for number in generator.choice(len(places), count, False))


def _look_again(explorer: Explorer, budget: Budget) -> list[list[Any]]:
    """Ask about positions for a second time, after everything else was played.

    Returns:
        [place, what is different] for each that answers differently.
    """
    generator = np.random.default_rng(0)
    changed = []
    for place in reversed(_places(explorer, budget.second_looks, generator)):
        position, facts = explorer.positions[place], explorer.nodes[place].facts
        assert position is not None
        assert facts is not None
        try:
            again = explorer.look(explorer.game.position(position.state))
        except GameError as error:
            changed.append([place, f"it fails: {error}"])
            continue
        for name, before, after in zip(facts._fields, facts, again, strict=True):
            if before != after:
                changed.append([place, f"{name} was {before!r} and is {after!r}"])
                break
    return changed


def _probe(explorer: Explorer, seed: int, budget: Budget) -> list[list[Any]]:
    """Try actions that are not legal.

    Returns:
        [place, action, what it did] of each; "" for no harm.
    """
    generator = np.random.default_rng(derive_seed(seed, "illegal actions"))
    known = sorted({node.action for node in explorer.nodes[1:]})
    probes = []
    for number, place in enumerate(_places(explorer, budget.illegal_probes, generator)):
        legal = explorer.open_actions(place)
        others = [action for action in known if action not in legal]
        action = _MALFORMED[number // 2 % len(_MALFORMED)]
        if number % 2 and others:
            action = others[generator.integers(len(others))]
        if action not in legal:
            probes.append([place, action, _harm(explorer, place, action)])
    return probes


def _harm(explorer: Explorer, place: int, action: str) -> str:
    position = explorer.positions[place]
    assert position is not None
    before = explorer.fingerprint(position.state)
    try:
        explorer.game.apply_action(position.state, action)
    except FuelExhaustedError:
        return "it loops until its fuel is spent"
    except GameError:
        pass
    if explorer.fingerprint(position.state) != before:
        return "it changes the state that it was given"
    return ""


def _resample(explorer: Explorer, seed: int, budget: Budget) -> list[list[Any]]:
    """Resample what players saw and did.

    Returns:
        [place, player, own action or null, place that the resampled line leads to or -1, what is
        wrong or ""] of each. The line leads to a node of the tree, which is grown for it.
    """
    game = explorer.game
    if "resample_history" not in game.defined:
        return []
    generator = np.random.default_rng(derive_seed(seed, "resampling"))
    decisions = [
        place
        for place, node in enumerate(explorer.nodes)
        if node.facts is not None and node.facts.player >= 0 and node.facts.legal_actions
    ]
    # Where there are many, more are looked at, and not all of them again and again.
    has_few = len(decisions) < budget.resampled // 2
    often = budget.samples * (_FEW_DECISIONS if has_few else 1)
    decisions = _some_decisions(explorer, decisions, budget.resampled, generator)
    most_nodes = len(explorer.nodes) + budget.transitions
    resampled: list[list[Any]] = []
    tries = 0
    for order, place in enumerate(decisions):
        facts = explorer.nodes[place].facts
        assert facts is not None
        if len(explorer.nodes) > most_nodes:
            break
        for number in range(often if has_few or order % 2 == 0 else 1):
            # Now and then the player has just acted, and the line must end with that action.
            legal = facts.legal_actions
            own = legal[generator.integers(len(legal))] if number % 4 == 1 else None
            drawn = _draw(explorer, place, own, derive_seed(seed, "resample", tries))
            tries += 1
            if drawn is not None:
                resampled.append([place, facts.player, own, *drawn])
    return resampled


def _some_decisions(
    explorer: Explorer, decisions: list[int], count: int, generator: np.random.Generator
) -> list[int]:
    """Return some decisions: half of them late ones, where most is hidden behind the player."""
    if len(decisions) <= count:
        return decisions
    depths = explorer.tree().depths
    late = sorted(decisions, key=depths.__getitem__)[-(len(decisions) // 4 + 1) :]
    picks = generator.choice(len(late), min(count // 2, len(late)), False)
    chosen = [late[number] for number in picks]
    others = [place for place in decisions if place not in set(chosen)]
    rest = generator.choice(len(others), count - len(chosen), False)
    mixed = [*chosen, *(others[number] for number in rest)]
    return [mixed[number] for number in generator.permutation(len(mixed))]


def _draw(explorer: Explorer, place: int, own: str | None, seed: int) -> tuple[int, str] | None:
    """Return where a resampled line leads to and what is wrong with it.

    None where the game itself fails on it, which says nothing about the line.
    """
    facts = explorer.nodes[place].facts
    assert facts is not None
    history = own_history(explorer, place, facts.player)
    position = explorer.positions[place]
    assert position is not None
    history.append((position.observations[facts.player], own))
    try:
        line = explorer.game.resample_history(history, facts.player, seed)
    except GameError as error:
        return -1, str(error)
    reached = 0
    for number, action in enumerate(line):
        if explorer.nodes[reached].facts is None:
            return None
        if action not in explorer.open_actions(reached):
            return -1, f"action {number + 1}, {action!r}, of the resampled line is not legal"
        reached = explorer.child(reached, action)
    return None if explorer.nodes[reached].facts is None else (reached, "")


def own_history(explorer: Explorer, place: int, player: int) -> list[tuple[Any, str | None]]:
    """Return what a player saw and did on the way to a node: (observation, own action)."""
    path: list[tuple[Any, str | None]] = []
    while place > 0:
        node = explorer.nodes[place]
        before = explorer.positions[node.parent]
        assert before is not None
        if before.player == player:
            path.append((before.observations[player], node.action))
        place = node.parent
    return path[::-1]
