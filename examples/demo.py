"""What `make demo` shows: a curated game and a game file become environments, and are played.

The curated game runs in this process; the file, which nobody has verified, in a sandboxed worker.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

import codeworld
from codeworld.verify import record_trace

NIM = Path(__file__).with_name("nim.py")


def play(env: codeworld.GameEnv, seed: int, console: Console) -> None:
    """Play an episode with random legal actions and show every move and the result."""
    generator = np.random.default_rng(seed)
    env.reset(seed=seed)
    totals = dict.fromkeys(env.possible_agents, 0.0)
    for agent in env.agent_iter():
        observation, reward, terminated, truncated, info = env.last()
        totals[agent] += reward
        if terminated or truncated:
            env.step(None)
            continue
        action = int(generator.choice(np.flatnonzero(observation["action_mask"])))
        text = env.spec.actions[action]
        console.print(Text(f"  {agent} plays {text!r}, one of {len(info['legal_actions'])}"))
        env.step(action)
    console.print(Text(f"  returns: {totals}"))


def main() -> None:
    """Show both games."""
    console = Console()
    for game, title in (("kuhn_poker", "curated game kuhn_poker"), (NIM, f"game file {NIM.name}")):
        console.rule(title)
        env = codeworld.make(game)
        spec = env.spec
        console.print(
            f"{spec.num_players} players, {spec.information} information, {spec.chance}, "
            f"{spec.utility}, {len(spec.actions)} actions, "
            f"vectors of {env.state_space.shape[0] // spec.num_players} numbers"
        )
        play(env, seed=1, console=console)
        console.print("\na recorded trace:")
        console.print(Text(str(record_trace(env.game, seed=1))))
        env.close()


if __name__ == "__main__":
    main()
