# line: 2 ; 2 ; 1 ; 2 ; 2 ; 1 => -1 1
"""Race to ten: add 1 or 2 in turn; who reaches ten wins. The state is a NamedTuple."""
from typing import NamedTuple, Tuple


class State(NamedTuple):
    total: int = 0
    player: int = 0
    log: Tuple[int, ...] = ()

    @property
    def over(self) -> bool:
        return self.total >= 10

    def add(self, n: int) -> "State":
        return self._replace(total=self.total + n, player=1 - self.player, log=self.log + (n,))


def get_initial_state() -> State:
    return State()


def get_current_player(state: State) -> int:
    return -4 if state.over else state.player


def get_legal_actions(state: State):
    return [str(n) for n in (1, 2) if state.total + n <= 10]


def apply_action(state: State, action: str) -> State:
    return state.add(int(action))


def get_rewards(state: State):
    if not state.over:
        return [0.0, 0.0]
    return [-1.0, 1.0] if state.player == 0 else [1.0, -1.0]


def get_observations(state: State):
    total, player, log = state
    return [{"total": total, "log": log, "mine": log[seat::2]} for seat in range(2)]
