"""Pictures of a position: text, and an image of that text. Nothing here needs a display."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt

from codeworld.contract import Game, Position
from codeworld.errors import MissingDependencyError

CELL = (12, 22)
"""Width and height of a character's cell, pixels."""

MARGIN = 12
"""Space around the text, pixels."""

INK, PAPER = (30, 30, 30), (250, 250, 245)
"""Colours, RGB."""


def view(game: Game, position: Position) -> str:
    """Return a position as text: the game's own drawing, or else what each player may know."""
    drawing = game.render(position.state)
    if drawing is not None:
        return drawing
    observations = position.observations or game.get_observations(position.state)
    return "\n".join(
        f"{game.get_player_name(player)}: {json.dumps(observation, ensure_ascii=False)}"
        for player, observation in enumerate(observations)
    )


def draw_text(text: str) -> npt.NDArray[np.uint8]:
    """Return an image of a text, every character in a cell of its own.

    Returns:
        Shape (height, width, 3), uint8, RGB.

    Raises:
        MissingDependencyError: without Pillow.
    """
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise MissingDependencyError(
            "render_mode='rgb_array' needs Pillow; install it with: pip install 'codeworld[render]'"
        ) from error
    lines = text.expandtabs().splitlines() or [" "]
    columns = max(map(len, lines))
    width, height = columns * CELL[0] + 2 * MARGIN, len(lines) * CELL[1] + 2 * MARGIN
    image = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=18)
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            centre = (MARGIN + (column + 0.5) * CELL[0], MARGIN + (row + 0.5) * CELL[1])
            pen.text(centre, char, fill=INK, font=font, anchor="mm")
    return np.asarray(image, np.uint8).copy()
