"""Claims: whole games told again by a referee of another make, and what players may suppose."""

from __future__ import annotations

from collections import Counter

import pytest

from codeworld.games import families
from codeworld.games.parameters import evaluate
from codeworld.sandbox import compile_game

STYLES = list(families.load("claim_cards").programs)
GAMES = [
    {"players": 2, "ranks": 4, "copies": 2, "hand": 2, "penalty": 3},
    {"players": 2, "ranks": 6, "copies": 4, "hand": 3, "penalty": 1, "turned": True},
    {"players": 3, "ranks": 4, "copies": 3, "hand": 3, "penalty": 5},
    {"players": 3, "ranks": 5, "copies": 1, "hand": 1, "penalty": 6, "turned": True},
]


def game_of(style, **values):
    return compile_game(families.make("claim_cards", style=style, **values).source)


def referee(players, ranks, copies, hand, penalty, turned=False):
    """Tell one game: a generator that is sent actions and yields (player, legal, chance)."""
    deck = Counter(dict.fromkeys(range(1, ranks + 1), copies))
    hands, points = [Counter() for _ in range(players)], [0] * players
    for number in range(players * hand):
        total = sum(deck.values())
        chance = {f"deal {rank}": left / total for rank, left in deck.items() if left}
        action = yield -1, set(chance), chance, [0] * players
        rank = int(action.removeprefix("deal "))
        deck[rank] -= 1
        hands[number // hand][rank] += 1
    for number in range(players * hand):
        claimer = number % players
        held = [rank for rank, left in hands[claimer].items() if left]
        legal = {f"play {rank} as {claim}" for rank in held for claim in range(1, ranks + 1)}
        action = yield claimer, legal, None, [0] * players
        rank, claim = int(action.split()[1]), int(action.split()[3])
        hands[claimer][rank] -= 1
        doubter = None
        for step in range(1, players):
            other = (claimer + step) % players
            answer = yield other, {"believe", "doubt"}, None, [0] * players
            if answer == "doubt":
                doubter = other
                break
        if doubter is None:
            points[claimer] += claim
        elif rank == claim:
            points[claimer] += claim + penalty
            points[doubter] -= penalty
        else:
            points[claimer] -= penalty
            points[doubter] += penalty
    returns = [sum(mine - theirs for theirs in points) for mine in points]
    yield -4, set(), None, returns


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_games_are_told_as_a_referee_tells_them(random_game, style, values):
    game, bound = (
        game_of(style, **values),
        evaluate(families.load("claim_cards").facts["max_return"], values),
    )
    for seed in range(100):
        judge = referee(**values)
        player, legal, chance, returns = next(judge)
        for state, action in random_game(game, seed):
            assert game.get_current_player(state) == player
            assert set(game.get_legal_actions(state)) == legal
            assert game.get_rewards(state) == returns
            if chance:
                assert dict(game.get_chance_outcomes(state)) == pytest.approx(chance)
            if action is not None:
                player, legal, chance, returns = judge.send(action)
        assert player == -4
        assert sum(returns) == 0
        assert max(map(abs, returns)) <= bound


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_resampled_histories_are_possible(resampled_lines, style, values):
    game = game_of(style, **values)
    assert sum(1 for seed in range(6) for _ in resampled_lines(game, seed, 3)) > 50


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("turned", [True, False])
def test_resampled_histories_follow_the_posterior(follows_posterior, style, turned):
    game = game_of(style, ranks=3, copies=2, hand=1, turned=turned)
    follows_posterior(game, often=80)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("turned", [True, False])
def test_observations_tell_what_a_player_knows(tells_knowledge, whole_tree, style, turned):
    """Known are the own cards, claims and answers, and cards that were turned over."""
    game = game_of(style, ranks=3, copies=1, hand=1, turned=turned)

    def knowledge(game, state, actions, player):
        known = [game.get_current_player(state)]
        for number, action in enumerate(actions):
            words, after = action.split(), actions[number + 1 : number + 2]
            if words[0] == "deal":
                known += [words[1]] if number == player else []
            elif words[0] == "play":
                own = (number - 2) // 2 == player
                is_open = after == ("doubt",) or (turned and after)
                known.append((words[1] if own or is_open else "?", words[3]))
            else:
                known.append(action)
        return tuple(known)

    tells_knowledge(game, [(s, line) for s, line, _ in whole_tree(game)], knowledge)
