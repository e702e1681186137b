from __future__ import annotations

from fractions import Fraction

import pytest

from codeworld.errors import ScenarioError
from codeworld.games import check_scenario, load_scenarios

HEAD = '[[scenario]]\nname = "a line"\n'


def scenario(text):
    (only,) = load_scenarios(HEAD + text)
    return only


def test_every_fact_is_read():
    whole = scenario(
        """
        actions = ["deal J", "deal Q"]
        player = 0
        terminal = false
        legal = ["check", "bet"]
        includes = ["bet"]
        illegal = ["fold"]
        returns = [0, 0.5]
        chance = { "deal J" = "1/3", "deal Q" = "2/3" }
        observations.1.cards = ["?", "Q"]
        [[scenario.alike]]
        player = 1
        actions = ["deal K", "deal Q"]
        """
    )
    assert whole.actions == ("deal J", "deal Q")
    assert (whole.player, whole.terminal) == (0, False)
    assert (whole.legal, whole.includes, whole.illegal) == (("check", "bet"), ("bet",), ("fold",))
    assert whole.returns == (0.0, 0.5)
    assert whole.chance == (("deal J", Fraction(1, 3)), ("deal Q", Fraction(2, 3)))
    assert whole.observations == ((1, {"cards": ["?", "Q"]}),)
    assert whole.alike == ((1, ("deal K", "deal Q")),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scenario = [", "not a TOML file"),
        ("", "holds one or more"),
        ('title = "x"\n' + HEAD + "actions = []\nplayer = 0", "nothing else"),
        ("[scenario]\nname = 1", "holds one or more"),
        ("[[scenario]]\nactions = []", "scenario number 1: it has no name"),
        (HEAD + "player = 0", "'a line': it has no actions"),
        (HEAD + "actions = []", "'a line': it claims nothing"),
        (HEAD + "actions = []\nplayers = 0", "'players' is not a fact; facts are actions, player"),
        (HEAD + "actions = [1]\nplayer = 0", "actions is .* a list of texts"),
        (HEAD + "actions = 'x'\nplayer = 0", "actions is 'x'; it must be a list of texts"),
        (HEAD + "actions = []\nplayer = true", "player is True; it must be a player's number"),
        (HEAD + "actions = []\nterminal = 1", "terminal is 1; it must be true or false"),
        (HEAD + "actions = []\nreturns = [true]", "returns is .* a list of numbers"),
        (HEAD + "actions = []\nreturns = 1", "returns is 1; it must be a list of numbers"),
        (HEAD + "actions = []\nchance = { a = '1/3' }", "chance is .* fractions sum to 1"),
        (HEAD + "actions = []\nchance = { a = 'x' }", "chance is .* fractions sum to 1"),
        (HEAD + "actions = []\nchance = { a = '1/0' }", "chance is .* fractions sum to 1"),
        (HEAD + "actions = []\nchance = []", "chance is .* fractions sum to 1"),
        (HEAD + "actions = []\nobservations.x.y = 1", "observations is .* each player's number"),
        (HEAD + "actions = []\nobservations.0 = 1", "observations is .* each player's number"),
        (HEAD + "actions = []\nalike = [{ player = 0 }]", "alike is .* player and actions"),
        (2 * (HEAD + "actions = []\nplayer = 0\n"), "'a line': two have this name"),
    ],
)
def test_a_malformed_file_is_refused_by_name(text, message):
    with pytest.raises(ScenarioError, match=message):
        load_scenarios(text)


@pytest.mark.parametrize(
    ("fact", "failure"),
    [
        ("player = 1", "the player to move is 0, not 1"),
        ("terminal = true", "the game is not over"),
        ('legal = ["check"]', "legal are 'check', 'bet', not 'check'"),
        ('includes = ["bet", "call"]', "'call' is not legal; legal are 'check', 'bet'"),
        ('illegal = ["bet"]', "'bet' is legal"),
        ("returns = [1, -1]", "the returns are [0.0, 0.0], not [1.0, -1.0]"),
        ('chance = { "deal K" = 1 }', "this is no chance node; the player to move is 0"),
        ("observations.0.seat = 1", "player 0's observation.seat is 0, not 1"),
        ("observations.0.seat = false", "player 0's observation.seat is 0, not False"),
        ("observations.0.colour = 1", "player 0's observation has no 'colour'"),
        ("observations.2.seat = 2", "there is no player 2 to observe"),
        (
            '[[scenario.alike]]\nplayer = 0\nactions = ["deal K", "deal Q"]',
            "player 0 can tell this from 'deal K', 'deal Q'",
        ),
        (
            '[[scenario.alike]]\nplayer = 0\nactions = ["deal A"]',
            "action 1 of 'deal A' is not legal; legal are 'deal J', 'deal Q', 'deal K'",
        ),
    ],
)
def test_a_fact_that_does_not_hold_is_told_in_words(compiled, fact, failure):
    line = scenario(f'actions = ["deal J", "deal Q"]\n{fact}')
    assert check_scenario(compiled("kuhn_poker"), line) == (failure,)


@pytest.mark.parametrize(
    ("chance", "failure"),
    [
        ('{ "deal J" = 1 }', "the outcomes of chance are 'deal J', 'deal K', not 'deal J'"),
        (
            '{ "deal J" = "1/3", "deal K" = "2/3" }',
            "'deal J' has probability 0.5, not 1/3|'deal K' has probability 0.5, not 2/3",
        ),
    ],
)
def test_wrong_chance_is_told_in_words(compiled, chance, failure):
    line = scenario(f'actions = ["deal Q"]\nchance = {chance}')
    assert check_scenario(compiled("kuhn_poker"), line) == tuple(failure.split("|"))


def test_a_line_that_goes_on_after_the_end_fails(compiled):
    line = scenario('actions = ["deal J", "deal Q", "bet", "fold", "check"]\nterminal = true')
    (failure,) = check_scenario(compiled("kuhn_poker"), line)
    assert failure == (
        "action 5 of 'deal J', 'deal Q', 'bet', 'fold', 'check' is not legal; legal are none"
    )


def test_a_game_that_raises_fails_the_scenario(compiled):
    broken = compiled("pig", (('    if action == "roll":', "    if total / 0:"),))
    (failure,) = check_scenario(broken, scenario('actions = ["hold"]\nplayer = 1'))
    assert failure.startswith("the game fails: ")
    assert "division by zero" in failure
