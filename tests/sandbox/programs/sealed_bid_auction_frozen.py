# line: v3 ; v1 ; v2 ; bid 1 ; bid 0 ; bid 2 => 0 0 0
# line: v3 ; v1 ; v2 ; bid 1 ; bid 1 ; bid 1 => 2 0 0
"""First-price sealed-bid auction for three bidders, values 1-3, ties to the lowest seat."""
from dataclasses import astuple, dataclass, replace
from typing import Optional, Tuple

VALUES = (1, 2, 3)


@dataclass(frozen=True, order=True)
class Bid:
    amount: int
    priority: int  # larger wins ties


@dataclass(frozen=True)
class Auction:
    values: Tuple[int, ...] = ()
    bids: Tuple[int, ...] = ()

    def __post_init__(self):
        assert len(self.bids) <= len(self.values) or not self.bids

    def with_value(self, value: int) -> "Auction":
        return replace(self, values=(*self.values, value))

    def with_bid(self, bid: int) -> "Auction":
        return replace(self, bids=(*self.bids, bid))

    @property
    def winner(self) -> Optional[int]:
        if len(self.bids) < 3:
            return None
        best = max(Bid(amount, -seat) for seat, amount in enumerate(self.bids))
        return -best.priority


def _of(state) -> Auction:
    values, bids = state
    return Auction(tuple(values), tuple(bids))


def get_initial_state():
    return astuple(Auction())


def get_current_player(state):
    auction = _of(state)
    if len(auction.values) < 3:
        return -1
    return -4 if auction.winner is not None else len(auction.bids)


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -1:
        return [f"v{v}" for v in VALUES]
    if player == -4:
        return []
    return [f"bid {b}" for b in range(_of(state).values[player] + 1)]


def apply_action(state, action):
    auction = _of(state)
    if action.startswith("v"):
        return astuple(auction.with_value(int(action[1:])))
    return astuple(auction.with_bid(int(action.removeprefix("bid "))))


def get_rewards(state):
    auction = _of(state)
    rewards = [0.0] * 3
    if (w := auction.winner) is not None:
        rewards[w] = float(auction.values[w] - auction.bids[w])
    return rewards


def get_observations(state):
    auction = _of(state)
    done = auction.winner is not None
    return [
        {
            "value": auction.values[seat] if seat < len(auction.values) else None,
            "bids": auction.bids if done else len(auction.bids),
        }
        for seat in range(3)
    ]


def get_player_name(player_id):
    return f"bidder_{player_id:02d}"
