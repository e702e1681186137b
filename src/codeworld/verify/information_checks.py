"""The information tier: does a player see what the rules show, and nothing else?

What a player knows at a position is all that it saw and did on the way there (`PlayTree.views`),
so programs may show the past or leave it to be remembered.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.verify.checks import Check, Failure, NotApplicable
from codeworld.verify.evidence import Evidence
from codeworld.verify.play_tree import PlayTree
from codeworld.verify.recording import Recording, Resample
from codeworld.verify.shared_lines import SharedLines

_ENOUGH_REPEATS = 20
"""Further draws for the same history that must all be equal before that means anything: of two
histories that are equally likely, one is drawn as often in a row once in a million times."""

_MISS = 1e-6
"""How improbable it must be that a right `resample_history` misses a history, to call it wrong."""


def _hides(evidence: Evidence) -> Iterator[Failure]:
    """What the reference does not let a player tell apart, the candidate must not either."""
    for lines in evidence.compared.both:
        candidate, reference = lines.candidate, lines.reference
        first: dict[tuple[int, int], int] = {}
        for place in _comparable(lines):
            mine = candidate.views[place]
            for player, view in enumerate(reference.views[place]):
                known = first.setdefault((player, view), place)
                if candidate.views[known][player] != mine[player]:
                    yield Failure(
                        f"player {player} can tell this from {_line(candidate, known)}, which only "
                        "hidden things tell apart; leave these out of that player's observation",
                        candidate.line(place),
                    )


def _shows(evidence: Evidence) -> Iterator[Failure]:
    """What the reference shows a player on its own turn, the candidate must let it know.

    So must it at the end, where players also know the returns.
    """
    for lines in evidence.compared.both:
        candidate, reference = lines.candidate, lines.reference
        first: dict[object, int] = {}
        for place in _comparable(lines):
            mine, theirs = candidate.nodes[place].facts, reference.nodes[place].facts
            assert mine is not None
            assert theirs is not None
            if mine.player != theirs.player or theirs.player == CHANCE_PLAYER:
                continue
            over = theirs.player == TERMINAL_PLAYER
            for player in range(len(theirs.returns)) if over else (theirs.player,):
                knows = (player, candidate.views[place][player], over and mine.returns)
                known = first.setdefault(knows, place)
                there = reference.nodes[known].facts
                assert there is not None
                if there.observations[player] != theirs.observations[player]:
                    when = "at the end" if over else "to move"
                    yield Failure(
                        f"player {player}, {when}, cannot tell this from "
                        f"{_line(candidate, known)}, though the rules let it; its observation must "
                        "show what tells them apart",
                        candidate.line(place),
                    )


def _comparable(lines: SharedLines) -> tuple[int, ...]:
    """Return where observations can be compared, shortest lines first.

    Raises:
        NotApplicable: if there is nothing to compare, not even at the start.
    """
    if not lines.same_movers:
        raise NotApplicable("play deviates from the reference's at the start")
    return lines.same_movers


def _knows_choices(evidence: Evidence) -> Iterator[Failure]:
    for tree in evidence.trees:
        first: dict[tuple[int, int], int] = {}
        for place, facts in tree.with_facts():
            player = facts.player
            if player < 0:
                continue
            known = first.setdefault((player, tree.views[place][player]), place)
            there = tree.nodes[known].facts
            assert there is not None
            if (there.player, there.legal_actions) != (player, facts.legal_actions):
                yield Failure(
                    f"player {player} sees the same as in {_line(tree, known)}, but has "
                    f"{_listed(facts.legal_actions)} instead of {_listed(there.legal_actions)}; "
                    "legal actions must follow from what the player knows",
                    tree.line(place),
                )


def _line(tree: PlayTree, place: int) -> str:
    return f"[{', '.join(tree.line(place))}]"


def _listed(actions: tuple[str, ...]) -> str:
    return ", ".join(actions[:8]) + (", ..." if len(actions) > 8 else "")


def _has_resample(evidence: Evidence) -> Iterator[Failure]:
    recording = evidence.recording
    if "resample_history" in recording.defined:
        return
    if evidence.spec is not None:
        if evidence.spec.information == "perfect":
            raise NotApplicable("all players know everything")
        yield Failure(_NO_RESAMPLE)
        return
    tree = recording.tree
    first: dict[tuple[int, int], int] = {}
    for place in tree.shortest_first:
        for player, view in enumerate(tree.views[place]):
            known = first.setdefault((player, view), place)
            if tree.views[known] != tree.views[place] and not _look_alike(tree, known, place):
                yield Failure(_NO_RESAMPLE, tree.line(place))
                return
    raise NotApplicable("no player was seen to know less than another")


def _look_alike(tree: PlayTree, one: int, other: int) -> bool:
    """Whether two positions are the same to everybody, so that only the ways there differ.

    Chance nodes, which nobody sees, count as alike: what they hide shows at the next position.
    """
    facts, others = tree.nodes[one].facts, tree.nodes[other].facts
    if facts is None or others is None or CHANCE_PLAYER in (facts.player, others.player):
        return True
    return facts == others


_NO_RESAMPLE = (
    "some player does not know all, so the program must define resample_history("
    "obs_action_history, player_id), which returns a random line that the player cannot rule out"
)


def _resamples(evidence: Evidence) -> tuple[Recording, tuple[Resample, ...]]:
    recording = evidence.recording
    if "resample_history" not in recording.defined:
        raise NotApplicable("the program does not define resample_history")
    if not recording.resampled:
        raise NotApplicable("no player had a decision to resample")
    return recording, recording.resampled


def _replays(evidence: Evidence) -> Iterator[Failure]:
    recording, resampled = _resamples(evidence)
    for sample in resampled:
        if sample.end < 0:
            yield Failure(
                f"resample_history for player {sample.player}: {sample.problem}; it must return a "
                "line of legal actions from the initial state, outcomes of chance included",
                recording.tree.line(sample.place),
            )


def _agrees(evidence: Evidence) -> Iterator[Failure]:
    recording, resampled = _resamples(evidence)
    tree = recording.tree
    for sample in resampled:
        if sample.end >= 0 and not _fits(tree, sample):
            yield Failure(
                f"resample_history for player {sample.player} returns {_line(tree, sample.end)}, "
                "on which that player would not have seen and done the same; keep only lines that "
                "agree with every observation and own action, and end where the history ends",
                tree.line(sample.place),
            )


def _fits(tree: PlayTree, sample: Resample) -> bool:
    """Whether the player has the same history at the end of the resampled line."""
    end = sample.end
    if sample.action is not None:
        if tree.nodes[end].action != sample.action:
            return False
        end = tree.nodes[end].parent
    facts = tree.nodes[end].facts if end >= 0 else None
    if facts is None or facts.player != sample.player:
        return False
    histories = tree.histories
    return histories[end][sample.player] == histories[sample.place][sample.player]


def _covers(evidence: Evidence) -> Iterator[Failure]:
    """Whatever a player must hold possible is drawn."""
    recording, resampled = _resamples(evidence)
    tree = recording.tree
    drawn: dict[tuple[int, int], list[int]] = defaultdict(list)
    for sample in resampled:
        if sample.end >= 0 and sample.action is None:
            key = (sample.player, tree.histories[sample.place][sample.player])
            if len(tree.deals[key]) > 1:
                drawn[key].append(sample.end)
    if tree.complete:
        weights = reach(tree)
        for key, ends in drawn.items():
            total = math.fsum(weights[place, key[0]] for place in tree.deals[key])
            for place in tree.deals[key]:
                chance = weights[place, key[0]] / total
                if place not in ends and (1 - chance) ** len(ends) < _MISS:
                    yield Failure(
                        f"resample_history for player {key[0]} never returns {_line(tree, place)} "
                        f"in {len(ends)} tries, though it has probability {chance:.3g} given all "
                        "that the player saw; draw what is hidden at random",
                        tree.line(ends[0]),
                    )
    repeats = sum(len(ends) - 1 for ends in drawn.values())
    if repeats >= _ENOUGH_REPEATS and all(len(set(ends)) == 1 for ends in drawn.values()):
        place = next(iter(drawn.values()))[0]
        yield Failure(
            f"resample_history returns the same line in each of {repeats} repeated tries, though "
            "the player cannot know it; draw what is hidden at random",
            tree.line(place),
        )


def reach(tree: PlayTree) -> dict[tuple[int, int], float]:
    """Return, for each node and player, how probable its line is but for that player's choices.

    Chance has its probabilities, and the other players play uniformly.
    """
    weights: dict[tuple[int, int], float] = {}
    for place, node in enumerate(tree.nodes):
        before = tree.nodes[node.parent].facts if node.parent >= 0 else None
        if node.facts is None:
            continue
        for player in range(len(node.facts.returns)):
            share = 1.0
            if before is not None and before.player == CHANCE_PLAYER:
                share = before.probabilities[before.legal_actions.index(node.action)]
            elif before is not None and before.player != player:
                share = 1.0 / len(before.legal_actions)
            weights[place, player] = share * weights.get((node.parent, player), 1.0)
    return weights


INFORMATION_CHECKS: tuple[Check[Evidence], ...] = (
    Check("hides", "information", "Do observations hide what the rules hide?", _hides),
    Check("shows", "information", "Does the player to move see what the rules show?", _shows),
    Check(
        "choices_known",
        "information",
        "Do a player's legal actions follow from what it knows?",
        _knows_choices,
    ),
    Check(
        "has_resample",
        "information",
        "Does a game of imperfect information define resample_history?",
        _has_resample,
    ),
    Check("resample_replays", "information", "Can resampled histories be played?", _replays),
    Check(
        "resample_agrees",
        "information",
        "Do resampled histories agree with all the player saw and did?",
        _agrees,
    ),
    Check(
        "resample_covers",
        "information",
        "Does resampling draw everything that is hidden?",
        _covers,
    ),
)
