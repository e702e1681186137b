"""The dynamics tier: does play hold, whatever the rules are?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.errors import ContractError, FuelExhaustedError
from codeworld.verify.checks import Check, Failure, NotApplicable
from codeworld.verify.evidence import Evidence
from codeworld.verify.play_tree import Facts, Fault, PlayTree

_ENDS_FOR_AN_OUTCOME = 100
"""Ends that a game which is not explored whole must show before their sameness means anything.

Random chess, say, is mostly a draw, and ends that are found near each other are alike.
"""


def _answers(evidence: Evidence) -> Iterator[Failure]:
    if evidence.load_fault is not None:
        raise NotApplicable("it does not load")
    if evidence.lost:
        yield Failure(f"play took its worker down: {evidence.lost}")


def _untouched(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    for place in sorted(recording.touched, key=recording.tree.depths.__getitem__):
        line = recording.tree.line(place)
        yield Failure(
            f"apply_action(state, {line[-1]!r}) changes the state that it is given; "
            "copy the state, and every list in it that changes, before changing it",
            line[:-1],
        )


def _same_again(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    if recording.touched:
        raise NotApplicable("states are changed by play, so that asking again means nothing")
    for place, difference in sorted(
        recording.changed, key=lambda pair: recording.tree.depths[pair[0]]
    ):
        yield Failure(
            f"asked again about the same state, {difference}; answers must depend on the state "
            "alone, not on earlier calls or on random numbers",
            recording.tree.line(place),
        )


def _same_elsewhere(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    if recording.touched or recording.changed:
        raise NotApplicable("answers change within one process already")
    if evidence.lost_again:
        yield Failure(f"in another process, the same play fails: {evidence.lost_again}")
        return
    if evidence.again is None:
        raise NotApplicable("there is no second play to compare")
    for place in recording.tree.shortest_first:
        here, there = recording.tree.nodes[place].facts, evidence.again.nodes[place].facts
        if here is None or here == there:
            continue
        what = "play fails or an action is not legal" if there is None else _difference(here, there)
        yield Failure(
            f"in another process, {what}; answers must not depend on the order of sets, on hash(), "
            "on id() or on random numbers",
            recording.tree.line(place),
        )


def _difference(here: Facts, there: Facts) -> str:
    for name, one, other in zip(here._fields, here, there, strict=True):
        if one != other:
            return f"{name} is {other!r} instead of {one!r}"
    return "nothing differs"


def _faults(accepts: Callable[[Fault], bool]) -> Callable[[Evidence], Iterator[Failure]]:
    def find(evidence: Evidence) -> Iterator[Failure]:
        for fault, line in evidence.faults():
            if accepts(fault):
                yield Failure(fault.message, line)

    return find


def _is_chance_fault(fault: Fault) -> bool:
    return fault.error == ContractError.__name__ and "get_chance_outcomes" in fault.message


def _is_malformed(fault: Fault) -> bool:
    return fault.error == ContractError.__name__ and not _is_chance_fault(fault)


def _is_endless(fault: Fault) -> bool:
    return fault.error == FuelExhaustedError.__name__


def _is_raised(fault: Fault) -> bool:
    return fault.error not in (ContractError.__name__, FuelExhaustedError.__name__)


def _harmless(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    for probe in recording.probes:
        if probe.harm:
            yield Failure(
                f"apply_action with the illegal action {probe.action!r}: {probe.harm}; "
                "raise ValueError for an action that is not legal",
                recording.tree.line(probe.place),
            )


def _no_dead_end(evidence: Evidence) -> Iterator[Failure]:
    for tree in evidence.trees:
        for place, facts in tree.with_facts():
            if facts.player != TERMINAL_PLAYER and not facts.legal_actions:
                who = "chance" if facts.player == CHANCE_PLAYER else f"player {facts.player}"
                yield Failure(
                    f"{who} is to move and there is no legal action; "
                    f"get_current_player must return {TERMINAL_PLAYER} where the game is over, or "
                    "the player needs an action such as pass",
                    tree.line(place),
                )


def _ends(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    _went_on(evidence)
    if not recording.tree.ends:
        longest = max(recording.tree.depths)
        yield Failure(
            f"no playthrough ends, in {len(recording.tree.nodes)} positions and up to {longest} "
            f"actions; get_current_player must return {TERMINAL_PLAYER} when the game is over"
        )


def _went_on(evidence: Evidence) -> None:
    """Raise NotApplicable where a call that never ends cut all play short."""
    tree = evidence.recording.tree
    if any(node.fault is not None and _is_endless(node.fault) for node in tree.nodes):
        raise NotApplicable("play was cut short by a call that does not end")


def _final(evidence: Evidence) -> Iterator[Failure]:
    for tree in evidence.trees:
        for place, facts in tree.with_facts():
            if facts.player == TERMINAL_PLAYER and facts.legal_actions:
                yield Failure(
                    f"the game is over, yet get_legal_actions returns {facts.legal_actions[0]!r}; "
                    "return [] in a terminal state",
                    tree.line(place),
                )


def _choices(evidence: Evidence) -> Iterator[Failure]:
    tree = evidence.recording.tree
    _went_on(evidence)
    if not any(_is_choice(tree, place) for place, _ in tree.with_facts()):
        yield Failure(
            "no player ever has a choice that makes a difference; where the rules give several "
            "moves, get_legal_actions must list them all and apply_action must tell them apart"
        )


def _is_choice(tree: PlayTree, place: int) -> bool:
    """Whether a player has two actions here after which the game says different things."""
    facts = tree.nodes[place].facts
    if facts is None or facts.player < 0:
        return False
    after = {tree.nodes[child].facts for child in tree.children[place].values()}
    return len(after) > 1


def _outcomes(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    ends = recording.tree.ends
    outcomes = {
        facts.returns
        for tree in evidence.trees
        for _, facts in tree.with_facts()
        if facts.player == TERMINAL_PLAYER
    }
    if len(outcomes) > 1:
        return
    if not ends or (not recording.exhausted and len(ends) < _ENDS_FOR_AN_OUTCOME):
        raise NotApplicable("too few games ended to compare their outcomes")
    yield Failure(
        f"all {len(ends)} ends have the returns {list(*outcomes)}; returns must tell who won",
        recording.tree.line(ends[0]),
    )


def _optional(evidence: Evidence) -> Iterator[Failure]:
    for name, problem in evidence.recording.optional:
        if name in evidence.stubs:
            continue  # `no_stubs` says so
        yield Failure(f"{name} is defined and fails: {problem}")


def _lists_all(evidence: Evidence) -> Iterator[Failure]:
    vocabulary = evidence.recording.vocabulary
    if vocabulary is None:
        raise NotApplicable("it has no get_all_actions that works")
    known = frozenset(vocabulary)
    for tree in evidence.trees:
        for place, facts in tree.with_facts():
            if facts.player >= 0 and not known.issuperset(facts.legal_actions):
                missing = next(action for action in facts.legal_actions if action not in known)
                yield Failure(
                    f"{missing!r} is legal, yet get_all_actions does not list it; list every "
                    "action that is ever legal, or leave the function out",
                    tree.line(place),
                )


DYNAMICS_CHECKS: tuple[Check[Evidence], ...] = (
    Check("answers", "dynamics", "Does its worker live to answer?", _answers),
    Check("calls_end", "dynamics", "Does every call end?", _faults(_is_endless)),
    Check(
        "legal_actions_accepted",
        "dynamics",
        "Does the game go on after every legal action?",
        _faults(_is_raised),
    ),
    Check(
        "well_formed",
        "dynamics",
        "Has every answer the type, length and range that the contract asks for?",
        _faults(_is_malformed),
    ),
    Check(
        "chance_outcomes",
        "dynamics",
        "Are outcomes of chance complete, positive and do they sum to 1?",
        _faults(_is_chance_fault),
    ),
    Check("state_untouched", "dynamics", "Does apply_action leave its argument alone?", _untouched),
    Check("same_again", "dynamics", "Asked twice, does it answer the same?", _same_again),
    Check(
        "same_elsewhere",
        "dynamics",
        "Does it answer the same in another process with another hash seed?",
        _same_elsewhere,
    ),
    Check(
        "illegal_actions_harmless",
        "dynamics",
        "Are illegal and malformed actions rejected, or at least harmless?",
        _harmless,
    ),
    Check("no_dead_end", "dynamics", "Has whoever is to move an action?", _no_dead_end),
    Check("ends", "dynamics", "Is a terminal state ever reached?", _ends),
    Check("terminal_is_final", "dynamics", "Has a terminal state no legal actions?", _final),
    Check("real_choices", "dynamics", "Do players have choices that differ?", _choices),
    Check("different_outcomes", "dynamics", "Can the game end in more than one way?", _outcomes),
    Check("optional_functions", "dynamics", "Do the optional functions work?", _optional),
    Check("actions_listed", "dynamics", "Does get_all_actions list all legal ones?", _lists_all),
)
