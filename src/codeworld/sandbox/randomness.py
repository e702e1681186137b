"""The `random` of a game program: seeded, one generator per game, nothing else shared."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from codeworld.sandbox.guards import MAX_BITS, MAX_LENGTH

_FUNCTIONS = (
    *("random", "uniform", "triangular", "randint", "randrange", "choice", "shuffle"),
    *("gauss", "normalvariate", "expovariate", "getstate", "setstate"),
)
"""Methods of `random.Random` handed out as they are; none of them can loop for ever."""

RANDOM_NAMES = frozenset({*_FUNCTIONS, "seed", "choices", "sample", "getrandbits", "Random"})
"""What a program finds in `random`."""


def random_functions(generator: random.Random) -> dict[str, Callable[..., Any]]:
    """Return the functions of `random` for one generator."""

    def seed(a: Any = None, version: int = 2) -> None:
        # Without an argument Python would ask the operating system: no two runs alike.
        generator.seed(0 if a is None else a, version)

    def choices(
        population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1
    ) -> Any:
        _check_count(k, MAX_LENGTH)
        return generator.choices(population, weights, cum_weights=cum_weights, k=k)

    def sample(population: Any, k: int, *, counts: Any = None) -> Any:
        _check_count(k, MAX_LENGTH)
        return generator.sample(population, k, counts=counts)

    def getrandbits(k: int) -> int:
        _check_count(k, MAX_BITS)
        return generator.getrandbits(k)

    def make_generator(x: Any = None) -> RandomGenerator:
        if x is None:
            x = generator.getrandbits(64)
        return RandomGenerator(random_functions(random.Random(x)))

    return {
        **{name: getattr(generator, name) for name in _FUNCTIONS},
        "seed": seed,
        "choices": choices,
        "sample": sample,
        "getrandbits": getrandbits,
        "Random": make_generator,
    }


class RandomGenerator:
    """A generator that a program made with `random.Random(seed)`."""

    __slots__ = tuple(sorted(RANDOM_NAMES - {"Random"}))

    def __init__(self, functions: dict[str, Callable[..., Any]]) -> None:
        for name in self.__slots__:
            setattr(self, name, functions[name])


def _check_count(count: Any, limit: int) -> None:
    if isinstance(count, int) and int.__int__(count) > limit:
        raise OverflowError(f"a game program may draw at most {limit} at once")
