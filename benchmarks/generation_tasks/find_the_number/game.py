"""Find the Number: player 0 hides a number, player 1 has three guesses, with hints."""

import random

NUMBERS = 8
GUESSES = 3
TERMINAL = -4


def get_initial_state() -> dict:
    return {"number": 0, "guesses": [], "answers": []}  # number 0: not hidden yet


def get_current_player(state: dict) -> int:
    if not state["number"]:
        return 0
    over = len(state["guesses"]) == GUESSES or "right" in state["answers"]
    return TERMINAL if over else 1


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    word = "hide" if player == 0 else "guess"
    return [f"{word} {number}" for number in find_possible(state["guesses"], state["answers"])]


def find_possible(guesses: list, answers: list) -> list:
    """Return the numbers that agree with the answers so far."""
    return [
        number
        for number in range(1, NUMBERS + 1)
        if [answer_to(guess, number) for guess in guesses] == answers
    ]


def answer_to(guess: int, number: int) -> str:
    if guess == number:
        return "right"
    return "higher" if number > guess else "lower"


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    number = int(action.split()[1])
    if not state["number"]:
        return {**state, "number": number}
    guesses = [*state["guesses"], number]
    answers = [*state["answers"], answer_to(number, state["number"])]
    return {**state, "guesses": guesses, "answers": answers}


def get_rewards(state: dict) -> list:
    if get_current_player(state) != TERMINAL:
        return [0.0, 0.0]
    return [-1.0, 1.0] if "right" in state["answers"] else [1.0, -1.0]


def get_observations(state: dict) -> list:
    seen = {"guesses": state["guesses"], "answers": state["answers"]}
    seen["to_move"] = get_current_player(state)
    return [{"seat": 0, "number": state["number"], **seen}, {"seat": 1, **seen}]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    history = []
    if player_id == 1:
        number = random.choice(find_possible(observation["guesses"], observation["answers"]))
        history = [f"hide {number}"] + [f"guess {guess}" for guess in observation["guesses"]]
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return [f"{word} {number}" for word in ("hide", "guess") for number in range(1, NUMBERS + 1)]
