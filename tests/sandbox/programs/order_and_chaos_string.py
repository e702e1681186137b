# line: X00 ; O10 ; X11 ; O20 ; X22 ; O30 ; X33 => 1 -1
"""Order and Chaos on 4x4.

Either player places X or O anywhere.  Order wins with four equal marks in a line, Chaos when the
board is full without one.  The whole state is one string: 16 cells, then the player to move.
"""
N = 4


def get_initial_state() -> str:
    return "-" * N * N + "0"


def _lines(s: str):
    """Yield every row, column and diagonal as a string."""
    board = s[:-1]
    for i in range(N):
        yield board[i * N:(i + 1) * N]
        yield board[i::N]
    yield board[::N + 1]
    yield board[N - 1:-1:N - 1]


def _order_wins(s: str) -> bool:
    return any(line in ("X" * N, "O" * N) for line in _lines(s))


def get_current_player(state: str) -> int:
    if _order_wins(state) or "-" not in state:
        return -4
    return int(state[-1])


def get_legal_actions(state: str) -> "list[str]":
    if get_current_player(state) == -4:
        return []
    return [f"{m}{i // N}{i % N}" for m in "XO" for i in range(N * N) if state[i] == "-"]


def apply_action(state: str, action: str) -> str:
    mark, row, col = action
    at = int(row) * N + int(col)
    return state[:at] + mark + state[at + 1:-1] + ("1" if state[-1] == "0" else "0")


def get_rewards(state: str) -> "list[float]":
    if _order_wins(state):
        return [1.0, -1.0]
    if "-" not in state:
        return [-1.0, 1.0]
    return [0.0, 0.0]


def get_observations(state: str) -> "list[str]":
    return [state[:-1]] * 2


def get_player_name(player_id: int) -> str:
    return ("Order", "Chaos")[player_id]


def render(state: str) -> str:
    return "\n".join(state[i:i + N] for i in range(0, N * N, N))
