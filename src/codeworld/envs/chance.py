"""The environment's chance generator: a key and a counter, so that a copy costs nothing.

A `numpy` generator would have to be copied with every clone of an environment, which costs more
than a step. Here draw number k of an episode is a keyed hash of k (BLAKE2b), so that a generator is
a plain value.
"""

from __future__ import annotations

from hashlib import blake2b

from codeworld.errors import ContractError
from codeworld.seeding import derive_seed


def chance_key(seed: int, episode: int) -> bytes:
    """Return the 8-byte key of one episode's uniform numbers.

    Args:
        seed: the user's seed.
        episode: number of the episode since that seed was given, from 0.
    """
    return derive_seed(seed, "chance", episode).to_bytes(8, "little")


def uniform(key: bytes, draw: int) -> float:
    """Return draw number `draw` of the stream with that key, in [0, 1)."""
    digest = blake2b(draw.to_bytes(8, "little"), digest_size=8, key=key).digest()
    return (int.from_bytes(digest, "little") >> 11) * 2.0**-53


def choose(outcomes: list[tuple[str, float]], number: float) -> str:
    """Return the outcome in whose share of [0, 1) a number falls.

    Args:
        outcomes: (outcome, probability) pairs whose probabilities sum to 1.
        number: in [0, 1).

    Raises:
        ContractError: if there is no outcome.
    """
    if not outcomes:
        raise ContractError("get_chance_outcomes: returned no outcome at a chance node")
    for outcome, probability in outcomes:
        number -= probability
        if number < 0:
            return outcome
    return outcomes[-1][0]  # the probabilities sum to a hair less than 1
