"""The whole way with the real embedded model. Fetches it where it is missing."""

from __future__ import annotations

import pytest

from codeworld import games
from codeworld.generate import GenerationOptions, generate, open_backend

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    with open_backend("qwen2.5-coder-0.5b") as backend:
        yield backend


VARIANT = games.instantiate("connect_four", rows=5, columns=5, length=3)
TEXTS = {
    "a paraphrase": (games.load("tic_tac_toe").paraphrases[0], games.load("tic_tac_toe").source),
    "a variant": (f"{VARIANT.rules}\nThat is how we play it at home.", VARIANT.source),
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_right_game_is_accepted(model, tmp_path, text):
    rules, source = TEXTS[text]
    found = generate(rules, model, options=GenerationOptions(), folder=tmp_path / "run")
    assert found.accepted is not None, [one.why for one in found.candidates]
    assert found.accepted.source == source
