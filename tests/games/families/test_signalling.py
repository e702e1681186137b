"""Signalling against OpenSpiel's Lewis signalling, round by round, and against the best systems."""

import itertools
from collections import defaultdict
from fractions import Fraction

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "signalling"
STYLES = sorted(families.load(FAMILY).programs)
THEME = families.load(FAMILY).themes["weather"]


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def worth(miss, near_counts):
    return {0: 2, 1: 1}.get(abs(miss), 0) if near_counts else int(miss == 0)


def one_round(states, signals, near_counts):
    table = [worth(one - other, near_counts) for one in range(states) for other in range(states)]
    payoffs = ", ".join(map(str, table))
    return pyspiel.load_game(
        "lewis_signaling",
        {"num_states": states, "num_messages": signals, "payoffs": payoffs},
    ).new_initial_state()


def to_ours(theirs, action):
    if theirs.is_chance_node():
        return f"weather {THEME['states_named'][action]}"
    if theirs.current_player() == 0:
        return f"hoist {THEME['signals_named'][action]}"
    return f"expect {THEME['states_named'][action]}"


@pytest.mark.parametrize("near_counts", [True, False])
@pytest.mark.parametrize(("states", "signals"), [(3, 2), (3, 3), (4, 4), (5, 4)])
@pytest.mark.parametrize("style", STYLES)
def test_one_round(compare_tree, style, states, signals, near_counts):
    game = compiled(style, states=states, signals=signals, near_counts=near_counts)
    theirs = one_round(states, signals, near_counts)
    nodes = 1 + states + states * signals * (1 + states)
    assert compare_tree(game, theirs, to_ours) == nodes


class Later:
    """A round of OpenSpiel's after others: points are added, and the roles may be changed."""

    def __init__(self, state, points, rounds, fresh, swap):
        self.state, self.points, self.rounds = state, points, rounds
        self.fresh, self.swap = fresh, swap

    def child(self, action):
        after = self.state.child(action)
        if not after.is_terminal() or self.rounds == 1:
            return Later(after, self.points, self.rounds, self.fresh, self.swap)
        points = self.points + after.returns()[0]
        return Later(self.fresh.clone(), points, self.rounds - 1, self.fresh, self.swap)

    def current_player(self):
        player = self.state.current_player()
        changed = self.swap and self.rounds % 2 == 1  # of two rounds the second
        return 1 - player if changed and player >= 0 else player

    def returns(self):
        return [self.points + gain for gain in self.state.returns()]

    def history(self):
        return [self.points, *self.state.history()]

    def __getattr__(self, name):
        return getattr(self.state, name)


@pytest.mark.parametrize("swap", [True, False])
@pytest.mark.parametrize(("states", "signals", "near_counts"), [(3, 2, True), (3, 3, False)])
@pytest.mark.parametrize("style", STYLES)
def test_two_rounds(compare_tree, style, states, signals, near_counts, swap):
    values = {"states": states, "signals": signals, "near_counts": near_counts}
    game = compiled(style, **values, rounds=2, swap=swap)
    fresh = one_round(**values)
    theirs = Later(fresh.clone(), 0, 2, fresh, swap)
    ends = states * signals * states
    nodes = 1 + states + states * signals
    both = compare_tree(game, theirs, lambda theirs, action: to_ours(theirs.state, action))
    assert both == nodes + ends * (nodes + ends)


@pytest.mark.parametrize("style", STYLES)
def test_the_best_system(style):
    """With fewer signals than states, as many states as there are signals can be told exactly."""
    for states, signals in itertools.product((2, 3, 4), (2, 3)):
        game = compiled(style, states=states, signals=signals)
        table = defaultdict(dict)  # from what the receiver sees to the points of its acts
        start, best = game.get_initial_state(), 0
        names = THEME["states_named"][:states]
        for system in itertools.product(THEME["signals_named"][:signals], repeat=states):
            table.clear()
            for name, signal in zip(names, system, strict=True):
                state = game.apply_action(start, f"weather {name}")
                state = game.apply_action(state, f"hoist {signal}")
                seen = str(game.get_observations(state)[1])
                for act in game.get_legal_actions(state):
                    gain = game.get_rewards(game.apply_action(state, act))[1]
                    table[seen][act] = table[seen].get(act, 0) + gain
            best = max(best, sum(max(gains.values()) for gains in table.values()))
        assert Fraction(int(best), states) == Fraction(min(states, signals), states)


@pytest.mark.parametrize("style", STYLES)
def test_imagined_cases_are_as_probable_as_they_should_be(follows_posterior, style):
    follows_posterior(compiled(style, states=3, signals=2, rounds=2, swap=True), 20)
