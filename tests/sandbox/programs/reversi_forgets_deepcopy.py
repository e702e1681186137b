# line: d3 ; d2 ; d1 ; d4 ; b4 ; pass ; a1 ; pass ; pass => 1 -1
"""Reversi on 4x4; most discs win. A player without a move passes; two passes end the game."""

DIRECTIONS = [(dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if (dr, dc) != (0, 0)]


@dataclass
class Turn:
    player: int = 0
    passes: int = 0


def get_initial_state() -> Dict[str, Any]:
    board = [["."] * 4 for _ in range(4)]
    board[1][1] = board[2][2] = "O"
    board[1][2] = board[2][1] = "X"
    return {"board": board, "turn": [0, 0]}


def flips(board, row, col, me):
    if board[row][col] != ".":
        return []
    result = []
    for dr, dc in DIRECTIONS:
        line, r, c = [], row + dr, col + dc
        while 0 <= r < 4 and 0 <= c < 4 and board[r][c] not in (".", me):
            line.append((r, c))
            r += dr
            c += dc
        if line and 0 <= r < 4 and 0 <= c < 4 and board[r][c] == me:
            result.extend(line)
    return result


def get_current_player(state: Dict[str, Any]) -> int:
    turn = Turn(*state["turn"])
    full = not any("." in row for row in state["board"])
    return -4 if full or turn.passes == 2 else turn.player


def get_legal_actions(state: Dict[str, Any]) -> List[str]:
    if get_current_player(state) == -4:
        return []
    me = "XO"[state["turn"][0]]
    moves = ["abcd"[c] + str(r + 1) for r in range(4) for c in range(4) if flips(state["board"], r, c, me)]
    return moves or ["pass"]


def apply_action(state: Dict[str, Any], action: str) -> Dict[str, Any]:
    new = deepcopy(state)
    turn = Turn(*state["turn"])
    if action == "pass":
        new["turn"] = [1 - turn.player, turn.passes + 1]
        return new
    row, col, me = int(action[1]) - 1, "abcd".index(action[0]), "XO"[turn.player]
    for r, c in flips(new["board"], row, col, me) + [(row, col)]:
        new["board"][r][c] = me
    new["turn"] = [1 - turn.player, 0]
    return new


def get_rewards(state: Dict[str, Any]) -> List[float]:
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    discs = reduce(lambda total, row: total + Counter(row), state["board"], Counter())
    margin = discs["X"] - discs["O"]
    return [math.copysign(1.0, margin), -math.copysign(1.0, margin)] if margin else [0.0, 0.0]


def get_observations(state: Dict[str, Any]) -> List[Any]:
    return [["".join(row) for row in state["board"]] for _ in range(2)]
