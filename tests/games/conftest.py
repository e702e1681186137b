"""What all tests of the curated games share.

Loaded games, seeded play, comparison with OpenSpiel, and what players may know and suppose.
"""

from __future__ import annotations

import functools
import json
import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import instantiate
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed


@functools.cache
def compile_curated(name, changes=(), **parameters):
    """Return a curated game with these parameters, and some lines of its program changed."""
    source = instantiate(name, **parameters).source
    for line, changed in changes:
        assert source.count(f"\n{line}") == 1, f"{name} has no line {line!r}"
        source = source.replace(f"\n{line}", f"\n{changed}")
    return compile_game(source)


@pytest.fixture(scope="session")
def compiled():
    """Return a function from a game's name, changed lines and parameters to the compiled game."""
    return compile_curated


def play_at_random(game, seed):
    """Yield (state, action) along one game, and at last (terminal state, None)."""
    generator = np.random.default_rng(derive_seed(seed, "play at random"))
    state = game.get_initial_state()
    while (player := game.get_current_player(state)) != TERMINAL_PLAYER:
        if player == CHANCE_PLAYER:
            outcomes, weights = zip(*game.get_chance_outcomes(state), strict=True)
            action = outcomes[generator.choice(len(outcomes), p=weights)]
        else:
            legal = game.get_legal_actions(state)
            action = legal[generator.integers(len(legal))]
        yield state, action
        state = game.apply_action(state, action)
    yield state, None


@pytest.fixture(scope="session")
def random_game():
    """Return `play_at_random`."""
    return play_at_random


def compare_node(game, state, theirs, to_ours):
    """Assert that both games say the same of one node; return OpenSpiel's legal actions in ours.

    Args:
        to_ours: from OpenSpiel's state and action to our action. Several outcomes of chance may
            become one of ours, which then has the sum of their probabilities.
    """
    player = game.get_current_player(state)
    line = theirs.history()
    assert player == theirs.current_player(), line
    rewards, returns = game.get_rewards(state), theirs.returns()
    # Thirds of a pot may be rounded otherwise; most are equal, which is told faster.
    assert rewards == returns or rewards == pytest.approx(returns, rel=1e-12), line
    names = {action: to_ours(theirs, action) for action in theirs.legal_actions()}
    assert set(game.get_legal_actions(state)) == set(names.values()), line
    if player == CHANCE_PLAYER:
        expected: Counter[str] = Counter()
        for action, probability in theirs.chance_outcomes():
            expected[names[action]] += probability
        assert dict(game.get_chance_outcomes(state)) == pytest.approx(dict(expected)), line
    return names


def compare_tree(game, theirs, to_ours, key=None):
    """Compare every node below; return how many nodes were compared.

    Args:
        key: if given, nodes with the same state of ours and the same `key` of theirs are compared
            only once: below them everything is the same in both games.
    """
    seen, count = set(), 0
    stack = [(game.get_initial_state(), theirs)]
    while stack:
        state, theirs = stack.pop()
        if key is not None:
            pair = (game.encode_state(state), key(theirs))
            if pair in seen:
                continue
            seen.add(pair)
        count += 1
        for action, ours in compare_node(game, state, theirs, to_ours).items():
            stack.append((game.apply_action(state, ours), theirs.child(action)))
    return count


def compare_game(game, theirs, to_ours, choose):
    """Compare every node of one game that `choose(state, legal actions of ours)` plays."""
    state, actions = game.get_initial_state(), []
    while True:
        names = compare_node(game, state, theirs, to_ours)
        if game.get_current_player(state) == TERMINAL_PLAYER:
            return state, actions
        ours = choose(state, sorted(set(names.values())))
        theirs.apply_action(next(action for action, name in names.items() if name == ours))
        state = game.apply_action(state, ours)
        actions.append(ours)


def random_choice(seed, stream):
    generator = np.random.default_rng(derive_seed(seed, stream))
    return lambda state, legal: legal[generator.integers(len(legal))]


@pytest.fixture(scope="session", name="compare_tree")
def fixture_of_compare_tree():
    """Return `compare_tree`."""
    return compare_tree


@pytest.fixture(scope="session", name="compare_node")
def fixture_of_compare_node():
    """Return `compare_node`."""
    return compare_node


@pytest.fixture(scope="session", name="compare_game")
def fixture_of_compare_game():
    """Return `compare_game`."""
    return compare_game


@pytest.fixture(scope="session", name="random_choice")
def fixture_of_random_choice():
    """Return `random_choice`."""
    return random_choice


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


def check_posteriors(game, often):
    """Assert that resampled histories are possible and, for every `often`-th, come in proportion.

    The exact posterior of every decision is found by enumeration of the whole tree.
    """
    for place, (player, history, posterior) in enumerate(exact_posteriors(game)):
        num_samples = 5 if place % often else 400
        drawn = Counter(
            tuple(game.resample_history(history, player, derive_seed(place, "resample", number)))
            for number in range(num_samples)
        )
        assert set(drawn) <= set(posterior)
        if place % often == 0:
            for line, probability in posterior.items():
                spread = math.sqrt(num_samples * probability * (1 - probability))
                assert abs(drawn[line] - num_samples * probability) <= 5 * spread, line


def check_knowledge(game, nodes, knowledge):
    """Assert that observations tell all that a player knows, and nothing else.

    Args:
        nodes: (state, actions that lead to it) pairs.
        knowledge: from game, state, actions and player to what the player knows, told from the
            line of actions alone, hashable.
    """
    known_by, shown_by = defaultdict(set), defaultdict(set)
    for state, actions in nodes:
        for player, observation in enumerate(game.get_observations(state)):
            shown = json.dumps(observation, sort_keys=True)
            known = (player, knowledge(game, state, actions, player))
            shown_by[known].add(shown)
            known_by[shown].add(known)
    assert {known: shown for known, shown in shown_by.items() if len(shown) > 1} == {}
    assert {shown: known for shown, known in known_by.items() if len(known) > 1} == {}


def own_history(game, actions, player):
    """Return what the player saw and did along a line: (observation, own action) pairs."""
    history, state = [], game.get_initial_state()
    for action in actions:
        if game.get_current_player(state) == player:
            history.append((game.get_observations(state)[player], action))
        state = game.apply_action(state, action)
    return history, state


def resampled_lines(game, seed, num_samples):
    """Yield (player, actions, resampled actions, state after these) along one random game.

    Every resampled line is replayed, and must agree with all that its player saw and did.
    """
    actions = []
    for place, (state, action) in enumerate(play_at_random(game, seed)):
        player = game.get_current_player(state)
        if player >= 0:
            seen = game.get_observations(state)[player]
            history, _ = own_history(game, actions, player)
            for number in range(num_samples):
                draw = derive_seed(derive_seed(seed, "draw", place), "resample", number)
                line = game.resample_history([*history, (seen, None)], player, draw)
                lived, after = own_history(game, line, player)
                assert lived == history, line
                assert game.get_current_player(after) == player, line
                assert game.get_observations(after)[player] == seen, line
                yield player, tuple(actions), tuple(line), after
                line = game.resample_history([*history, (seen, action)], player, draw)
                assert own_history(game, line, player)[0] == [*history, (seen, action)]
        actions.append(action)


@pytest.fixture(scope="session", name="tells_knowledge")
def fixture_of_check_knowledge():
    """Return `check_knowledge`."""
    return check_knowledge


@pytest.fixture(scope="session", name="resampled_lines")
def fixture_of_resampled_lines():
    """Return `resampled_lines`."""
    return resampled_lines


@pytest.fixture(scope="session", name="whole_tree")
def fixture_of_whole_tree():
    """Return `whole_tree`."""
    return whole_tree


@pytest.fixture(scope="session", name="follows_posterior")
def fixture_of_check_posteriors():
    """Return `check_posteriors`."""
    return check_posteriors
