"""What a program may take from the example that its model was shown."""

from __future__ import annotations

import pytest

from codeworld.generate.borrowing import borrow_conventions

EXAMPLE = """
import random
from itertools import product

ROWS = (5, 3)
STANDING, GONE = "|", "."
UP, DOWN = 1, -1
WIN = 1.0
HIDDEN = None
TERMINAL = -4


def get_current_player(state):
    return TERMINAL
"""


@pytest.mark.parametrize(
    ("program", "names", "borrowed"),
    [
        ("def get_x(state):\n    return TERMINAL\n", ("TERMINAL",), "TERMINAL = -4\n"),
        ("X = [HIDDEN for _ in 'ab']\n", ("HIDDEN",), "HIDDEN = None\n"),
        (
            "def f(x):\n    def g():\n        return random.choice(x)\n    return product(g())\n",
            ("random", "product"),
            "import random\nfrom itertools import product\n",
        ),
        ("X = GONE\n", ("GONE",), "STANDING, GONE = ('|', '.')\n"),
    ],
)
def test_conventions_are_borrowed(program, names, borrowed):
    assert borrow_conventions(program, EXAMPLE) == (borrowed + program, names)


@pytest.mark.parametrize(
    "program",
    [
        "def f():\n    return ROWS, UP, WIN\n",  # what the rules decide
        "def f():\n    return get_current_player({})\n",
        "def f():\n    TERMINAL = -5\n    return TERMINAL\n",
        "def f(random):\n    return random\n",
        "TERMINAL = -5\n\ndef f():\n    return TERMINAL\n",
        "for HIDDEN in (1, 2):\n    X = HIDDEN\n",
        "import numpy as random\nX = random\n",
        "class HIDDEN:\n    pass\nX = HIDDEN\n",
        "",
        "def f(:\n    return TERMINAL\n",
        "X = TERMINAL\n\0",
    ],
)
def test_nothing_else_is(program):
    assert borrow_conventions(program, EXAMPLE) == (program, ())
