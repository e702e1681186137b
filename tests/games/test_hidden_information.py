"""What players of the card games may know, and what they may suppose, by exact enumeration."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.seeding import derive_seed

KUHN_WITH_THREE = (
    ("NUM_PLAYERS = 2", "NUM_PLAYERS = 3"),
    ('DECK = ("J", "Q", "K")', 'DECK = ("T", "J", "Q", "K")'),
)
GAMES = [
    pytest.param(("kuhn_poker", ()), id="kuhn_poker"),
    pytest.param(("kuhn_poker", KUHN_WITH_THREE), id="kuhn_poker with three players"),
    pytest.param(("leduc_poker", ()), id="leduc_poker"),
]


def whole_tree(game):
    """Yield (state, actions, probability under uniform play) for every node, chance included."""
    stack = [(game.get_initial_state(), (), 1.0)]
    while stack:
        state, actions, probability = stack.pop()
        yield state, actions, probability
        player = game.get_current_player(state)
        if player == CHANCE_PLAYER:
            outcomes = game.get_chance_outcomes(state)
        else:
            legal = game.get_legal_actions(state)
            outcomes = [(action, 1 / len(legal)) for action in legal]
        for action, share in outcomes:
            after = game.apply_action(state, action)
            stack.append((after, (*actions, action), probability * share))


def who_folded(game, actions):
    folded, state = set(), game.get_initial_state()
    for action in actions:
        if action == "fold":
            folded.add(game.get_current_player(state))
        state = game.apply_action(state, action)
    return folded


def knowledge(game, state, actions, player):
    """Return what the player has seen at the table, told from the line of actions alone.

    The first deals are private, in the order of the seats. Later deals and all other actions are
    public. At a showdown, those who have not folded show their cards.
    """
    private, public = actions[: game.num_players], actions[game.num_players :]
    shows = set()
    if game.get_current_player(state) == TERMINAL_PLAYER:
        shows = set(range(game.num_players)) - who_folded(game, actions)
    if len(shows) == 1:
        shows = set()  # all others have folded: there is no showdown
    cards = tuple(
        card if seat == player or seat in shows else "hidden" for seat, card in enumerate(private)
    )
    return cards, public


@pytest.mark.parametrize("variant", GAMES)
def test_an_observation_tells_exactly_what_was_seen_at_the_table(compiled, variant):
    """Equal knowledge, equal observation: nothing leaks. Different knowledge: nothing is lost."""
    game = compiled(*variant)
    known_by, shown_by = defaultdict(set), defaultdict(set)
    for state, actions, _ in whole_tree(game):
        if len(actions) < game.num_players:
            continue  # cards are still being dealt
        for player, observation in enumerate(game.get_observations(state)):
            shown = json.dumps(observation, sort_keys=True)
            known = (player, *knowledge(game, state, actions, player))
            shown_by[known].add(shown)
            known_by[shown].add(known)
    assert {known: shown for known, shown in shown_by.items() if len(shown) > 1} == {}
    assert {shown: known for shown, known in known_by.items() if len(known) > 1} == {}


def exact_posteriors(game):
    """Yield (player, history, posterior) for every decision, before and after each own action.

    A history is what `resample_history` takes. Its posterior is the probability of each line of
    actions that agrees with it, when chance and the opponents play uniformly.
    """
    weights, histories = defaultdict(Counter), {}
    for state, actions, probability in whole_tree(game):
        player = game.get_current_player(state)
        if player < 0:
            continue
        history, before = [], game.get_initial_state()
        for action in actions:
            if game.get_current_player(before) == player:
                history.append((game.get_observations(before)[player], action))
            before = game.apply_action(before, action)
        for last in (None, *game.get_legal_actions(state)):
            whole = [*history, (game.get_observations(state)[player], last)]
            key = json.dumps([player, whole])
            histories[key] = (player, whole)
            # The player's own choices weigh the same in every line, since all lines agree on them.
            weights[key][actions if last is None else (*actions, last)] += probability
    for key, lines in weights.items():
        total = sum(lines.values())
        yield *histories[key], {line: weight / total for line, weight in lines.items()}


@pytest.mark.parametrize("variant", GAMES)
def test_resampled_histories_follow_the_exact_posterior(compiled, variant):
    """Every history gives possible lines only; every eighth is sampled often, and compared."""
    game = compiled(*variant)
    for place, (player, history, posterior) in enumerate(exact_posteriors(game)):
        often = place % 8 == 0
        num_samples = 400 if often else 5
        drawn = Counter(
            tuple(game.resample_history(history, player, derive_seed(place, "resample", number)))
            for number in range(num_samples)
        )
        assert set(drawn) <= set(posterior)
        if often:
            for line, probability in posterior.items():
                spread = math.sqrt(num_samples * probability * (1 - probability))
                assert abs(drawn[line] - num_samples * probability) <= 5 * spread, line
