"""Talk and trade against OpenSpiel's trade_comm, and against numbers of lines in closed form."""

from collections import Counter

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "trade_comm"
STYLES = sorted(families.load(FAMILY).programs)
THEME = families.load(FAMILY).themes["market"]


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def spelling(items):
    kinds, words = THEME["items_named"], THEME["words_named"]

    def to_ours(theirs, action):
        if theirs.is_chance_node():
            return f"deal {kinds[action // items]} {kinds[action % items]}"
        if action < items:
            return f"say {words[action]}"
        give, want = divmod(action - items, items)
        return f"trade {kinds[give]} {kinds[want]}"

    return to_ours


class Fair:
    """A state of OpenSpiel's in which nobody offers what it does not have."""

    def __init__(self, state, items):
        self.state, self.items = state, items

    def child(self, action):
        return Fair(self.state.child(action), self.items)

    def legal_actions(self):
        actions, line = self.state.legal_actions(), self.state.history()
        if len(line) < 3 or not actions:
            return actions
        own = divmod(line[0], self.items)[self.state.current_player()]
        return [action for action in actions if (action - self.items) // self.items == own]

    def __getattr__(self, name):
        return getattr(self.state, name)


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize(("items", "own_only"), [(2, False), (2, True), (3, True)])
@pytest.mark.parametrize("style", STYLES)
def test_whole_tree(compare_tree, style, items, own_only, seen):
    game = compiled(style, items=items, words=items, own_only=own_only, seen=seen)
    theirs = pyspiel.load_game(f"trade_comm(num_items={items})").new_initial_state()
    if own_only:
        theirs = Fair(theirs, items)
    trades = items if own_only else items**2
    talked = items**2 * (1 + items + items**2)
    both = items**4 * (trades + trades**2)
    assert compare_tree(game, theirs, spelling(items)) == 1 + talked + both


@pytest.mark.parametrize("own_only", [True, False])
@pytest.mark.parametrize("distinct", [True, False])
@pytest.mark.parametrize(("items", "words", "talks"), [(3, 2, 1), (3, 2, 2)])
@pytest.mark.parametrize("style", STYLES)
def test_numbers_of_lines(style, whole_tree, items, words, talks, distinct, own_only):
    values = {"items": items, "words": words, "talks": talks, "distinct": distinct}
    game = compiled(style, **values, own_only=own_only, each_counts=True)
    deals = items * (items - 1) if distinct else items**2
    trades = items if own_only else items**2
    results = Counter()
    for state, actions, _ in whole_tree(game):
        player = game.get_current_player(state)
        if not actions:
            assert player == -1
            assert [p for _, p in game.get_chance_outcomes(state)] == [1 / deals] * deals
        elif player == -4:
            assert len(actions) == 3 + 2 * talks
            one, other = game.get_rewards(state)
            assert one == other
            results[one] += 1
        else:
            assert player == (len(actions) - 1) % 2
    before = deals * words ** (2 * talks)
    right = {2: 1, 1: 2 * (trades - 1), 0: (trades - 1) ** 2}
    assert results == {points: before * ways for points, ways in right.items()}


@pytest.mark.parametrize("own_only", [True, False])
@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("distinct", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_imagined_games_are_as_probable_as_they_should_be(
    follows_posterior, style, distinct, seen, own_only
):
    values = {"items": 3 if distinct else 2, "words": 2, "each_counts": True}
    game = compiled(style, **values, distinct=distinct, seen=seen, own_only=own_only)
    follows_posterior(game, 40)
