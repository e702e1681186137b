# line: A ; E ; C => 1 -1
"""Snort on a path of five fields A-E: colour a field, never next to the opponent's colour."""
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Set


@dataclass
class Graph:
    """Undirected graph."""

    names: str = "ABCDE"
    edges: Dict[str, Set[str]] = field(default_factory=dict, repr=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.names)
        for left, right in zip(self.names, self.names[1:]):
            self.edges.setdefault(left, set()).add(right)
            self.edges.setdefault(right, set()).add(left)

    def __iter__(self):
        return iter(self.names)

    def __getitem__(self, name: str) -> Set[str]:
        return self.edges[name]


GRAPH = Graph()
assert GRAPH.size == 5 and GRAPH == Graph()


@dataclass
class Node:
    name: str
    owner: Optional[int] = None
    _cache: Optional[str] = field(default=None, compare=False)

    @property
    def free(self) -> bool:
        return self.owner is None

    @property
    def label(self) -> str:
        if self._cache is None:
            self._cache = self.name + ("" if self.owner is None else str(self.owner))
        return self._cache

    @label.setter
    def label(self, value: str) -> None:
        self._cache = value


def _nodes(state) -> Dict[str, Node]:
    return {name: Node(name, owner) for name, owner in state["owner"].items()}


def get_initial_state():
    return {"owner": dict.fromkeys(GRAPH), "player": 0}


def moves(state) -> List[str]:
    nodes = _nodes(state)
    enemy = 1 - state["player"]
    return [n.name for n in nodes.values()
            if n.free and not any(nodes[m].owner == enemy for m in GRAPH[n.name])]


def get_current_player(state) -> int:
    return state["player"] if moves(state) else -4


def get_legal_actions(state) -> List[str]:
    return moves(state)


def apply_action(state, action):
    owner = state["owner"].copy()
    owner[action] = state["player"]
    return {"owner": owner, "player": 1 - state["player"]}


def get_rewards(state):
    if moves(state):
        return [0.0, 0.0]
    return [-1.0 if p == state["player"] else 1.0 for p in range(2)]


def get_observations(state):
    nodes = _nodes(state)
    nodes["A"].label = nodes["A"].label.lower()
    return [[n.label for n in nodes.values()] for _ in range(2)]
