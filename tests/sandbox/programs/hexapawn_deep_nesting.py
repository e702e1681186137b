# line: a1a2 ; b3a2 ; b1a2 ; c3c2 => -1 1
# line: b1b2 ; a3b2 ; a1b2 ; c3b2 ; c1b2 => 1 -1
"""Hexapawn on 3x3: reach the far row, or leave the opponent without a move."""


def get_initial_state():
    board = {}
    for column in "abc":
        board[column + "1"] = "W"
        board[column + "2"] = ""
        board[column + "3"] = "B"
    return {"board": board, "turn": "W"}


def generate(state):
    found = []
    for square, piece in state["board"].items():
        if piece:
            if piece == state["turn"]:
                column, row = square
                for step in (1,) if piece == "W" else (-1,):
                    target_row = int(row) + step
                    if 1 <= target_row:
                        if target_row <= 3:
                            for side in (-1, 0, 1):
                                index = "abc".index(column) + side
                                if index >= 0:
                                    if index < 3:
                                        target = "abc"[index] + str(target_row)
                                        if side == 0:
                                            if not state["board"][target]:
                                                found.append(square + target)
                                        else:
                                            if state["board"][target]:
                                                if state["board"][target] != piece:
                                                    found.append(square + target)
    return found


def get_winner(state):
    for column in "abc":
        if state["board"][column + "3"] == "W":
            return 0
        if state["board"][column + "1"] == "B":
            return 1
    if not generate(state):
        return 1 if state["turn"] == "W" else 0
    return None


def get_current_player(state):
    if get_winner(state) is not None:
        return -4
    return 0 if state["turn"] == "W" else 1


def get_legal_actions(state):
    if get_winner(state) is not None:
        return []
    return sorted(generate(state), reverse=True)


def apply_action(state, action):
    board = {square: piece for square, piece in state["board"].items()}
    start, end = action[:2], action[2:]
    board[end], board[start] = board[start], ""
    return {"board": board, "turn": "B" if state["turn"] == "W" else "W"}


def get_rewards(state):
    winner = get_winner(state)
    if winner is None:
        return [0.0, 0.0]
    return [1.0, -1.0] if winner == 0 else [-1.0, 1.0]


def get_observations(state):
    text = "/".join("".join(state["board"][c + r] or "." for c in "abc") for r in "321")
    return [text, text[::-1]]
