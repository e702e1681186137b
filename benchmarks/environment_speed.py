"""`GameEnv` against PettingZoo's hand-written environments of the same games.

Both are played by the same loop with the same random policy, in turn, in one process; a round is a
number of whole episodes, and the table has the medians of the rounds' times for an environment step
(agents that are done and the resets included) and their ratios. Two policies: a uniform choice of a
legal index by `numpy`, and PettingZoo's documented `action_space.sample(mask)`, which itself takes
longer than most steps.

`env()` is what PettingZoo's users get: `raw_env()` in wrappers that check the order of calls and
end the game at illegal actions. `GameEnv` does both checks itself.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from pettingzoo.classic import connect_four_v3, leduc_holdem_v4, tictactoe_v3
from rich.console import Console
from rich.progress import track
from rich.table import Table

import codeworld

PEERS: dict[str, Any] = {
    "tic_tac_toe": tictactoe_v3,
    "connect_four": connect_four_v3,
    "leduc_poker": leduc_holdem_v4,
}
FLOORS = {"tic_tac_toe": (1.0, 2.5), "connect_four": (2.0, 4.0), "leduc_poker": (2.0, 4.0)}
WARMING_UP = 20

Policy = Callable[[Any, str, Any], int]


def by_numpy(generator: np.random.Generator) -> Policy:
    """Return a policy that picks a legal index uniformly, as fast as numpy can."""

    def choose(env: Any, agent: str, mask: Any) -> int:
        legal = mask.nonzero()[0]
        return int(legal[int(generator.random() * len(legal))])

    return choose


def by_space(generator: np.random.Generator) -> Policy:
    """Return PettingZoo's documented random policy."""
    return lambda env, agent, mask: env.action_space(agent).sample(mask)


POLICIES = {"numpy": by_numpy, "action_space.sample": by_space}


def microseconds_per_step(env: Any, policy: Policy, episodes: int, seed: int) -> float:
    """Play whole episodes and return the mean time of an environment step."""
    steps = 0
    start = time.perf_counter()
    for episode in range(episodes):
        env.reset(seed=seed * episodes + episode)
        for agent in env.agent_iter():
            observation, _, terminated, truncated, _ = env.last()
            if terminated or truncated:
                env.step(None)
            else:
                env.step(policy(env, agent, observation["action_mask"]))
            steps += 1
    return (time.perf_counter() - start) / steps * 1e6


def measure(name: str, policy_name: str, rounds: int, episodes: int) -> dict[str, float]:
    """Return the median microseconds of ours, `raw_env()` and `env()`."""
    envs = {
        "ours": codeworld.make(name),
        "raw_env": PEERS[name].raw_env(),
        "env": PEERS[name].env(),
    }
    times: dict[str, list[float]] = {key: [] for key in envs}
    generator = np.random.default_rng(0)
    policy = POLICIES[policy_name](generator)
    for env in envs.values():
        microseconds_per_step(env, policy, WARMING_UP, 0)
    for number in range(rounds):
        for key, env in envs.items():
            times[key].append(microseconds_per_step(env, policy, episodes, number))
    return {key: statistics.median(values) for key, values in times.items()}


def main() -> None:
    """Measure, print a table, and say whether the floors are reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each environment")
    parser.add_argument("--episodes", type=int, default=60, help="episodes of a round")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")  # PettingZoo's own
    cases = [(name, policy) for name in PEERS for policy in POLICIES]
    rows = []
    # A bar that refreshes itself would be a second thread, which slows numpy's generators.
    for name, policy in track(cases, "measuring", disable=options.json, auto_refresh=False):
        median = measure(name, policy, options.rounds, options.episodes)
        row = {"game": name, "policy": policy} | {key: round(us, 2) for key, us in median.items()}
        row["raw_env / ours"] = round(median["raw_env"] / median["ours"], 2)
        row["env / ours"] = round(median["env"] / median["ours"], 2)
        rows.append(row)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    version = f"Python {platform.python_version()}, {platform.machine()}"
    table = Table(title=f"Microseconds a step, and speed ratios ({version})")
    for column in (*rows[0], "floors"):
        table.add_column(column, justify="left" if column in ("game", "policy") else "right")
    for row in rows:
        raw, env = FLOORS[str(row["game"])]
        table.add_row(*map(str, row.values()), f"{raw} / {env}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
