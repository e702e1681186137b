"""Playing a game in the terminal."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codeworld.envs import GameEnv
from codeworld.envs.rendering import view
from codeworld.errors import SeatError
from codeworld.seeding import derive_seed, fresh_seed


def play_game(env: GameEnv, console: Console, *, seat: int, alone: bool, seed: int | None) -> None:
    """Play one episode with a person at the terminal.

    Args:
        env: the environment; it is reset.
        console: where everything is printed and asked.
        seat: the person's player number.
        alone: whether the person plays every seat.
        seed: seed of chance and of the random players; None for a fresh one.

    Raises:
        SeatError: if the game has no such seat.
        GameError: if the game fails or breaks the contract.
    """
    if seat >= env.spec.num_players:
        raise SeatError(
            f"there is no seat {seat}; this game has seats 0 to {env.spec.num_players - 1}"
        )
    seed = fresh_seed() if seed is None else seed
    generator = np.random.default_rng(derive_seed(seed, "random opponents"))
    env.reset(seed=seed)
    console.print(f"[bold]{env.metadata['name']}[/], seed {seed}")
    for agent in env.agent_iter():
        info = env.infos[agent]
        player = env.possible_agents.index(agent)
        if env.terminations[agent] or env.truncations[agent]:
            break
        legal: list[str] = info["legal_actions"]
        if alone or player == seat:
            _show(env, console, player, info["observation"])
            action = _ask(console, env.game.get_player_name(player), legal)
            if action is None:
                console.print("You left the game.")
                return
        else:
            action = legal[generator.integers(len(legal))]
            console.print(f"{env.game.get_player_name(player)} plays [bold]{action}[/]")
        env.step(env.action_index(action))
    _show_end(env, console)


def _show(env: GameEnv, console: Console, player: int, observation: Any) -> None:
    """Show what a player may know: the position, or the observation where parts are hidden."""
    console.rule(env.game.get_player_name(player))
    moment = env.get_state()
    if env.spec.information == "perfect" and not isinstance(moment.position, str):
        console.print(Text(view(env.game, moment.position)))
    elif isinstance(observation, dict):
        table = Table("you see", "", show_header=False, box=None)
        for key, value in observation.items():
            table.add_row(Text(str(key), style="cyan"), Text(_plain(value)))
        console.print(table)
    else:
        console.print(Text(_plain(observation)))


def _plain(value: Any) -> str:
    """Return a part of an observation as a person would write it."""
    if isinstance(value, (list, tuple)):
        return " ".join(map(_plain, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _ask(console: Console, name: str, legal: list[str]) -> str | None:
    """Return a legal action that the person chose, or None to leave."""
    _list_legal(console, legal)
    while True:
        try:
            answer = console.input(f"{name} > ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return None
        if answer in legal:
            return answer
        if answer.isdecimal() and int(answer) < len(legal):
            return legal[int(answer)]
        if answer.lower() in ("q", "quit"):
            return None
        if answer not in ("", "?"):
            console.print(Text(f"{answer!r} is not legal now.", style="red"))
        _list_legal(console, legal)


def _list_legal(console: Console, legal: list[str]) -> None:
    console.print("Legal (type the action, or its number; ? to list again, q to leave):")
    console.print(
        Columns([Text(f"{number} {action}") for number, action in enumerate(legal)], padding=(0, 3))
    )


def _show_end(env: GameEnv, console: Console) -> None:
    console.rule("the end")
    moment = env.get_state()
    if not isinstance(moment.position, str):
        console.print(Text(view(env.game, moment.position)))
    if moment.ending == "truncated":
        console.print(f"Stopped after {moment.steps} actions.")
    table = Table("player", "return")
    for player, total in enumerate(moment.paid):
        table.add_row(Text(env.game.get_player_name(player)), f"{total:g}")
    console.print(table)
