"""Go fish: OpenSpiel's, games told again by a referee, and what a player must hold possible."""

from __future__ import annotations

import itertools
from collections import Counter

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = list(families.load("go_fish").programs)
NAMES = ["carp", "cod", "eel", "perch", "pike", "trout", "tuna", "whale"]
GAMES = [
    {"kinds": 5, "copies": 3, "hand": 4, "again": True},
    {"kinds": 4, "copies": 4, "hand": 5, "again": False, "lucky": True},
    {"kinds": 8, "copies": 2, "hand": 5, "again": True, "lucky": True, "valued": True},
    {"kinds": 6, "copies": 2, "hand": 3, "again": False, "valued": True},
]


def game_of(style, **values):
    return compile_game(families.make("go_fish", style=style, **values).source)


class WhoWon:
    """A game whose rewards only say who has won, as OpenSpiel's returns do."""

    def __init__(self, game):
        self.game = game

    def get_rewards(self, state):
        return [float((reward > 0) - (reward < 0)) for reward in self.game.get_rewards(state)]

    def __getattr__(self, name):
        return getattr(self.game, name)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kinds", [4, 5])
def test_as_open_spiel_plays(compare_node, random_choice, style, kinds):
    """OpenSpiel lets who draws what was asked for go on, and may go on where a hand is empty."""
    rules = {"kinds": kinds, "copies": 4, "hand": 3}
    game = WhoWon(game_of(style, **rules, again=True, lucky=True, valued=False))
    other = pyspiel.load_game(f"go_fish(ranks={kinds},initial_cards=3,end_on_first_out=True)")

    def spelling(state, action):
        player = state.current_player()
        letter = state.action_to_string(player, action)[-1]
        return f"{'deal' if player < 0 else 'ask'} {NAMES['abcdefgh'.index(letter)]}"

    ended = 0
    for seed in range(100):
        choose = random_choice(seed, "go fish as OpenSpiel plays")
        state, theirs = game.get_initial_state(), other.new_initial_state()
        while game.get_current_player(state) != TERMINAL_PLAYER:
            names = compare_node(game, state, theirs, spelling)
            ours = choose(state, sorted(names.values()))
            theirs.apply_action(next(action for action, name in names.items() if name == ours))
            state = game.apply_action(state, ours)
        if theirs.is_terminal():
            ended += 1
            assert game.get_rewards(state) == theirs.returns()
    assert ended > 25


def referee(kinds, copies, hand, again, lucky=False, valued=False):
    """Tell one game: a generator that is sent actions and yields (player, legal, returns)."""
    stock = [name for name in NAMES[:kinds] for _ in range(copies)]
    owner, score = [[], []], [0, 0]  # lists of cards

    def outcomes():
        return {f"deal {name}" for name in stock}

    def receive(who, cards):
        owner[who] += cards
        for name in NAMES[:kinds]:
            if owner[who].count(name) == copies:
                owner[who] = [other for other in owner[who] if other != name]
                score[who] += NAMES.index(name) + 1 if valued else 1

    for place in range(2 * hand):
        name = (yield -1, outcomes(), [0, 0], stock)[5:]
        stock.remove(name)
        receive(place >= hand, [name])
    now = 0
    while owner[0] and owner[1]:
        name = (yield now, {f"ask {name}" for name in owner[now]}, [0, 0], stock)[4:]
        gift = [other for other in owner[1 - now] if other == name]
        owner[1 - now] = [other for other in owner[1 - now] if other != name]
        if gift:
            receive(now, gift)
            stays = again
        elif not stock:
            break
        else:
            drawn = (yield -1, outcomes(), [0, 0], stock)[5:]
            stock.remove(drawn)
            receive(now, [drawn])
            stays = lucky and drawn == name
        now = now if stays else 1 - now
    assert len(owner[0]) + len(owner[1]) + len(stock) <= kinds * copies
    yield -4, set(), [score[0] - score[1], score[1] - score[0]], stock


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_games_are_told_as_a_referee_tells_them(random_game, style, values):
    game, ends = game_of(style, **values), set()
    for seed in range(150):
        judge = referee(**values)
        player, legal, returns, stock = next(judge)
        for state, action in random_game(game, seed):
            assert game.get_current_player(state) == player
            assert set(game.get_legal_actions(state)) == legal
            assert game.get_rewards(state) == returns
            if player == -1:
                expected = {f"deal {name}": n / len(stock) for name, n in Counter(stock).items()}
                assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
            if action is not None:
                player, legal, returns, stock = judge.send(action)
        assert player == -4
        ends.add(tuple(returns))
    assert len(ends) > 3


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_resampled_histories_are_possible(resampled_lines, style, values):
    game = game_of(style, **values)
    assert sum(1 for seed in range(8) for _ in resampled_lines(game, seed, 2)) > 20


@pytest.mark.parametrize("style", STYLES)
def test_every_possible_hand_is_drawn_and_no_other(seen_by_first, style):
    """Player 0 knows of the other hand: what was asked of it, and what it asked for."""
    game = game_of(style, kinds=4, copies=4, hand=3, again=False)
    line = ["deal carp", "deal cod", "deal eel", "deal cod", "deal perch", "deal carp"]
    line += ["ask eel", "deal carp", "ask perch", "deal eel"]

    history, possible = seen_by_first(game, line), set()
    for cards in itertools.product(NAMES[:4], repeat=4):
        other = line.copy()
        for place, card in zip((3, 4, 5, 9), cards, strict=True):
            other[place] = f"deal {card}"
        if seen_by_first(game, other) == history:
            possible.add(tuple(other))
    drawn = {
        tuple(game.resample_history(history, 0, derive_seed(number, "go fish")))
        for number in range(1500)
    }
    assert len(possible) > 20
    assert drawn == possible
