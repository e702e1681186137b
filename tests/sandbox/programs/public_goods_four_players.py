# line: give ; give ; give ; give => 1 1 1 1
# line: give ; keep ; keep ; give => 0 1 1 0
# line: keep ; keep ; keep ; keep => 0 0 0 0
"""Public goods: four players give or keep one coin each, unseen; gifts double and are shared."""
from collections import ChainMap, OrderedDict  # noqa: F401 (unused)
from typing import Callable, Iterable, Literal, Union

Choice = Literal["give", "keep"]
Payoff = Callable[[Iterable[Choice]], "list[float]"]
PLAYERS: int = 4


def get_initial_state(): return []


def get_current_player(state): return len(state) if len(state) < PLAYERS else -4


def get_legal_actions(state): return ["give", "keep"][: 2 * (len(state) < PLAYERS)]


def apply_action(state, action): return [*state, action]


def payoff(choices: Iterable[Choice]) -> "list[float]":
    gifts = list(choices).count("give")
    return [2 * gifts / PLAYERS - (c == "give") for c in choices]


share: Payoff = payoff
get_rewards = lambda state: share(state) if len(state) == PLAYERS else [0.0] * PLAYERS


def get_observations(state) -> "list[Union[Choice, None, list]]":
    over = len(state) == PLAYERS
    return [state if over else (state[p] if p < len(state) else None) for p in range(PLAYERS)]


def get_player_name(player_id): return "citizen %(n)d" % {"n": player_id}
