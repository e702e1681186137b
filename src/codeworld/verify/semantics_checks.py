"""The semantics tier: is it the game that was meant?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.verify.checks import Check, Failure, NotApplicable
from codeworld.verify.evidence import Evidence
from codeworld.verify.shared_lines import (
    TOLERANCE,
    Differs,
    chance_differs,
    legal_differs,
    player_differs,
    returns_differ,
)

# --- declared facts ------------------------------------------------------------------------------


def _players(evidence: Evidence) -> Iterator[Failure]:
    declared = evidence.declared.num_players
    facts = evidence.recording.tree.nodes[0].facts
    if facts is not None and len(facts.returns) != declared:
        yield Failure(
            f"get_rewards returns {len(facts.returns)} returns, but the game has {declared} "
            "players; return one for each",
            (),
        )


def _chance(evidence: Evidence) -> Iterator[Failure]:
    spec, tree = evidence.declared, evidence.recording.tree
    met = next((place for place, facts in tree.with_facts() if facts.player == CHANCE_PLAYER), None)
    if spec.chance == "deterministic" and met is not None:
        yield Failure("there is a chance node in a game without chance", tree.line(met))
    if spec.chance == "stochastic" and met is None:
        yield Failure(
            f"no chance node was met in a game with chance; where dice are rolled or cards dealt, "
            f"get_current_player must return {CHANCE_PLAYER}"
        )


def _utility(evidence: Evidence) -> Iterator[Failure]:
    spec, tree = evidence.declared, evidence.recording.tree
    sums: float | None = 0.0 if spec.utility == "zero_sum" else None
    for place, facts in tree.with_facts():
        if facts.player != TERMINAL_PLAYER:
            continue
        total = math.fsum(facts.returns)
        if spec.utility == "identical":
            if max(facts.returns) - min(facts.returns) > TOLERANCE:
                yield Failure(
                    f"the returns are {list(facts.returns)}; all players must get the same",
                    tree.line(place),
                )
        elif spec.utility != "general_sum":
            sums = total if sums is None else sums
            if abs(total - sums) > TOLERANCE:
                yield Failure(
                    f"the returns {list(facts.returns)} sum to {total:g}; they must sum to "
                    f"{sums:g} at every end ({spec.utility})",
                    tree.line(place),
                )


def _bounds(evidence: Evidence) -> Iterator[Failure]:
    spec, tree = evidence.declared, evidence.recording.tree
    for place, facts in tree.with_facts():
        if facts.player != TERMINAL_PLAYER:
            continue
        for value in facts.returns:
            if not spec.min_return - TOLERANCE <= value <= spec.max_return + TOLERANCE:
                yield Failure(
                    f"a final return is {value:g}; it must be between {spec.min_return:g} and "
                    f"{spec.max_return:g}",
                    tree.line(place),
                )


def _length(evidence: Evidence) -> Iterator[Failure]:
    spec, tree = evidence.declared, evidence.recording.tree
    if spec.max_length is None:
        raise NotApplicable("no greatest length was declared")
    lengths: list[int] = []
    for place, node in enumerate(tree.nodes):
        before = tree.nodes[node.parent].facts if node.parent >= 0 else None
        lengths.append(lengths[node.parent] if node.parent >= 0 else 0)
        if before is not None and before.player >= 0:
            lengths[-1] += 1
        if lengths[-1] > spec.max_length:
            yield Failure(
                f"a game goes on for {lengths[-1]} player actions; at most {spec.max_length} are "
                "possible",
                tree.line(place),
            )


def _vocabulary(evidence: Evidence) -> Iterator[Failure]:
    spec = evidence.declared
    if not spec.actions_closed:
        raise NotApplicable("the declared actions are not all there are")
    tree, known = evidence.recording.tree, frozenset(spec.actions)
    for place, facts in tree.with_facts():
        if facts.player >= 0 and not known.issuperset(facts.legal_actions):
            strange = next(action for action in facts.legal_actions if action not in known)
            yield Failure(
                f"{strange!r} is no action of this game; spell actions as the rules do, such as "
                f"{spec.actions[0]!r}",
                tree.line(place),
            )


def _scenarios(evidence: Evidence) -> Iterator[Failure]:
    if not evidence.scenarios:
        raise NotApplicable("no scenarios were given")
    for name, failures in evidence.scenarios:
        for failure in failures:
            yield Failure(f"scenario {name!r}: {failure}")


# --- a reference ---------------------------------------------------------------------------------


def _same(differs: Differs) -> Callable[[Evidence], Iterator[Failure]]:
    def find(evidence: Evidence) -> Iterator[Failure]:
        for lines in evidence.compared.both:
            for place in lines.deviations:
                mine = lines.candidate.nodes[place].facts
                theirs = lines.reference.nodes[place].facts
                if mine is not None and theirs is not None and differs(mine, theirs):
                    yield Failure(differs(mine, theirs), lines.candidate.line(place))

    return find


def _fact(name: str, asks: str, find: Callable[[Evidence], Iterator[Failure]]) -> Check[Evidence]:
    return Check(name, "semantics", asks, find)


SEMANTICS_CHECKS: tuple[Check[Evidence], ...] = (
    _fact("declared_players", "Has it the declared number of players?", _players),
    _fact("declared_chance", "Are there chance nodes if and only if it is declared?", _chance),
    _fact("declared_utility", "Do final returns sum as declared?", _utility),
    _fact("declared_bounds", "Are final returns within the declared bounds?", _bounds),
    _fact("declared_length", "Does no game last longer than declared?", _length),
    _fact("declared_actions", "Are all actions of the declared vocabulary?", _vocabulary),
    _fact("scenarios", "Does every scenario hold?", _scenarios),
    _fact("same_players", "Is it the turn of the reference's player?", _same(player_differs)),
    _fact("same_legal_actions", "Are the reference's actions legal?", _same(legal_differs)),
    _fact("same_chance", "Has chance the reference's probabilities?", _same(chance_differs)),
    _fact("same_returns", "Are the returns the reference's?", _same(returns_differ)),
)
