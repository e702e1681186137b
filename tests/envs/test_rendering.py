"""Rendering: text, images of text, printing; no display, and no Pillow unless asked."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import codeworld
from codeworld import games
from codeworld.envs.rendering import draw_text


@pytest.mark.parametrize("name", games.names())
def test_every_game_can_be_drawn_at_any_time(name):
    text = codeworld.make(name, render_mode="ansi")
    image = codeworld.make(name, render_mode="rgb_array")
    pictures = []
    for env in (text, image):
        env.reset(seed=1)
        while env.agents:
            pictures.append(env.render())
            agent = env.agent_selection
            legal = np.flatnonzero(env.infos[agent]["action_mask"])
            done = env.terminations[agent] or env.truncations[agent]
            env.step(None if done else int(legal[0]))
        pictures.append(env.render())
    half = len(pictures) // 2
    assert all(isinstance(picture, str) and picture for picture in pictures[:half])
    for picture in pictures[half:]:
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
        assert picture.shape[2] == 3
        assert picture.min() < 100 < picture.max()


def test_a_game_without_a_drawing_shows_its_observations(small_game):
    env = codeworld.make_from_source(
        small_game("countdown"), isolation="in_process", render_mode="ansi"
    )
    env.reset(seed=0)
    assert env.render().splitlines()[1] == 'player_1: {"stones": 7, "seat": 1}'


def test_human_mode_prints_after_every_step(capsys):
    env = codeworld.make("tic_tac_toe", render_mode="human")
    env.reset(seed=0)
    env.step(4)
    printed = capsys.readouterr().out
    assert printed == ". . .\n. . .\n. . .\n\n. . .\n. x .\n. . .\n\n"


def test_rendering_without_a_mode_warns():
    env = codeworld.make("pig")
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="render_mode"):
        assert env.render() is None


def test_characters_keep_their_columns():
    plain, wide = draw_text("ab\nc"), draw_text("abcd\nc")
    assert plain.shape[0] == wide.shape[0]
    assert wide.shape[1] - plain.shape[1] == 2 * (
        draw_text("ab").shape[1] - draw_text("a").shape[1]
    )
    assert draw_text("").shape == draw_text(" ").shape


def test_without_pillow_the_message_says_what_to_install():
    program = """
import sys
sys.modules["PIL"] = None
import codeworld
env = codeworld.make("pig", render_mode="rgb_array")
env.reset(seed=0)
try:
    env.render()
except codeworld.errors.MissingDependencyError as error:
    print(error)
"""
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "pip install 'codeworld[render]'" in answer.stdout
