"""Plays a game that `codeworld make` made: the second half of `make demo`.

    python examples/demo.py GAME.py

The program was written a moment ago and nobody but codeworld's checks has looked at it, so it runs
in a sandboxed worker, like any game file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

import codeworld
from codeworld.spec import GameSpec


def play(env: codeworld.GameEnv, seed: int, console: Console) -> None:
    """Play an episode with random legal actions; show every action, the end and the result."""
    generator = np.random.default_rng(seed)
    env.reset(seed=seed)
    totals = dict.fromkeys(env.possible_agents, 0.0)
    played = []
    for agent in env.agent_iter():
        observation, reward, terminated, truncated, _ = env.last()
        totals[agent] += reward
        if terminated or truncated:
            env.step(None)
            continue
        action = int(generator.choice(np.flatnonzero(observation["action_mask"])))
        played.append(f"{agent} {env.spec.actions[action]}")
        env.step(action)
    console.print(Text(", ".join(played)))
    console.print(Text(env.render() or ""))
    console.print(Text(f"rewards: {totals}"))


def main() -> None:
    """Make the environment of the game file that is named, and play one episode."""
    game = Path(sys.argv[1])
    console = Console()
    spec = GameSpec.from_json(game.with_suffix(".spec.json").read_text("utf-8"))
    env = codeworld.make(game, spec=spec, render_mode="ansi")
    console.rule(f"playing {game.stem}")
    console.print(
        f"{spec.num_players} players, {spec.information} information, {spec.chance}, "
        f"{spec.utility}, {len(spec.actions)} actions, "
        f"vectors of {env.state_space.shape[0] // spec.num_players} numbers"
    )
    play(env, seed=1, console=console)
    env.close()


if __name__ == "__main__":
    main()
