"""The semantics tier: is it the game that was meant?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.verify.checks import Check, Failure, NotApplicable
from codeworld.verify.evidence import Evidence
from codeworld.verify.play_tree import Facts, PlayTree

TOLERANCE = 1e-6
"""How far returns and probabilities may be apart and still count as equal."""


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

Differs = Callable[[Facts, Facts], str]
"""From the candidate's and the reference's facts to what differs, in words; "" if nothing does."""


def _player_differs(mine: Facts, theirs: Facts) -> str:
    if len(mine.returns) != len(theirs.returns):
        return f"there are {len(mine.returns)} players instead of {len(theirs.returns)}"
    if mine.player != theirs.player:
        return f"{_who(mine.player)} instead of {_who(theirs.player)}"
    return ""


def _who(player: int) -> str:
    if player == TERMINAL_PLAYER:
        return "the game is over"
    return "chance is to move" if player == CHANCE_PLAYER else f"player {player} is to move"


def _legal_differs(mine: Facts, theirs: Facts) -> str:
    extra = sorted(set(mine.legal_actions) - set(theirs.legal_actions))
    missing = sorted(set(theirs.legal_actions) - set(mine.legal_actions))
    said = []
    if extra:
        said.append(f"{_some(extra)} must not be legal")
    if missing:
        said.append(f"{_some(missing)} must be legal")
    return " and ".join(said)


def _some(actions: list[str]) -> str:
    return ", ".join(map(repr, actions[:4])) + (", ..." if len(actions) > 4 else "")


def _chance_differs(mine: Facts, theirs: Facts) -> str:
    if mine.legal_actions != theirs.legal_actions:
        return ""
    pairs = zip(mine.legal_actions, mine.probabilities, theirs.probabilities, strict=False)
    for outcome, probability, wanted in pairs:
        if abs(probability - wanted) > TOLERANCE:
            return f"{outcome!r} has probability {probability:.6g} instead of {wanted:.6g}"
    return ""


def _returns_differ(mine: Facts, theirs: Facts) -> str:
    if len(mine.returns) != len(theirs.returns) or all(
        math.isclose(one, other, abs_tol=TOLERANCE)
        for one, other in zip(mine.returns, theirs.returns, strict=True)
    ):
        return ""
    return f"the returns are {list(mine.returns)} instead of {list(theirs.returns)}"


DIFFERENCES: tuple[Differs, ...] = (
    _player_differs,
    _legal_differs,
    _chance_differs,
    _returns_differ,
)
"""All ways in which a position can differ from the reference's."""


def agrees(candidate: PlayTree, reference: PlayTree) -> tuple[bool, ...]:
    """Return, for each node, whether all is the same there and on the way there."""
    same: list[bool] = []
    for mine, theirs in zip(candidate.nodes, reference.nodes, strict=True):
        here = mine.parent < 0 or same[mine.parent]
        if here and mine.facts is not None and theirs.facts is not None:
            here = mine.facts[:4] == theirs.facts[:4] or not any(
                differs(mine.facts, theirs.facts) for differs in DIFFERENCES
            )
        elif here:
            here = mine.facts is theirs.facts
        same.append(here)
    return tuple(same)


def _same(differs: Differs) -> Callable[[Evidence], Iterator[Failure]]:
    def find(evidence: Evidence) -> Iterator[Failure]:
        own = evidence.recording.tree
        for candidate, reference in evidence.compared.pairs(own):
            for place in _deviations(candidate, reference):
                mine, theirs = candidate.nodes[place].facts, reference.nodes[place].facts
                if mine is not None and theirs is not None and differs(mine, theirs):
                    yield Failure(differs(mine, theirs), candidate.line(place))

    return find


def _deviations(candidate: PlayTree, reference: PlayTree) -> list[int]:
    """Return where lines deviate first, shortest first: behind that, nothing can be compared."""
    same = agrees(candidate, reference)
    if all(same):
        return []
    places = (place for place in candidate.shortest_first if not same[place])
    return [p for p in places if (parent := candidate.nodes[p].parent) < 0 or same[parent]]


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
    _fact("same_players", "Is it the turn of the reference's player?", _same(_player_differs)),
    _fact("same_legal_actions", "Are the reference's actions legal?", _same(_legal_differs)),
    _fact("same_chance", "Has chance the reference's probabilities?", _same(_chance_differs)),
    _fact("same_returns", "Are the returns the reference's?", _same(_returns_differ)),
)
