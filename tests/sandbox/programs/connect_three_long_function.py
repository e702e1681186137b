# line: 0 ; 1 ; 0 ; 1 ; 0 => 1 -1
# line: 0 ; 1 ; 1 ; 2 ; 3 ; 2 ; 2 => 1 -1
"""Connect three on four columns of four rows, with gravity."""
from typing import Any, Dict, List

State = Dict[str, Any]


def get_initial_state() -> State:
    return {"columns": [[], [], [], []], "current_player": 0, "winner": -1, "moves": 0}


def get_current_player(state: State) -> int:
    return -4 if state["winner"] != -1 or state["moves"] == 16 else state["current_player"]


def get_legal_actions(state: State) -> List[str]:
    if state["winner"] != -1:
        return []
    return [str(c) for c in range(4) if len(state["columns"][c]) < 4]


def apply_action(state: State, action: str) -> State:
    # Copy the state by hand, column by column
    columns = []
    for column in state["columns"]:
        new_column = []
        for piece in column:
            new_column.append(piece)
        columns.append(new_column)
    player = state["current_player"]
    col = int(action)
    columns[col].append(player)
    row = len(columns[col]) - 1
    winner = -1

    # Check vertical
    if row >= 2:
        if columns[col][row - 1] == player:
            if columns[col][row - 2] == player:
                winner = player

    # Check horizontal
    if winner == -1:
        count = 0
        for c in range(0, 4):
            if len(columns[c]) > row:
                if columns[c][row] == player:
                    count += 1
                    if count == 3:
                        winner = player
                        break
                else:
                    count = 0
            else:
                count = 0

    # Check diagonal /
    if winner == -1:
        for start in range(-2, 1):
            c0 = col + start
            r0 = row + start
            good = True
            for k in range(0, 3):
                c = c0 + k
                r = r0 + k
                if c < 0 or c > 3:
                    good = False
                elif r < 0 or r > 3:
                    good = False
                elif len(columns[c]) <= r:
                    good = False
                elif columns[c][r] != player:
                    good = False
            if good:
                winner = player

    # Check diagonal \
    if winner == -1:
        for start in range(-2, 1):
            c0 = col + start
            r0 = row - start
            good = True
            for k in range(0, 3):
                c = c0 + k
                r = r0 - k
                if c < 0 or c > 3:
                    good = False
                elif r < 0 or r > 3:
                    good = False
                elif len(columns[c]) <= r:
                    good = False
                elif columns[c][r] != player:
                    good = False
            if good:
                winner = player

    return {
        "columns": columns,
        "current_player": 1 - player,
        "winner": winner,
        "moves": state["moves"] + 1,
    }


def get_rewards(state: State) -> List[float]:
    if state["winner"] == 0:
        return [1.0, -1.0]
    elif state["winner"] == 1:
        return [-1.0, 1.0]
    else:
        return [0.0, 0.0]


def get_observations(state: State) -> List[Any]:
    return [{"columns": state["columns"], "you": 0}, {"columns": state["columns"], "you": 1}]
