"""Derived seeds: every random stream is `SeedSequence([root, stream, index])`, hashed, never added.

Adding (`seed + i`) makes neighbouring seeds share almost all their streams; hashing makes them
independent. Streams are named by strings, so that two uses never collide by accident.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import numpy as np

from codeworld.errors import InvalidSeedError


def check_seed(seed: Any) -> int:
    """Return `seed` as a Python int.

    Args:
        seed: a non-negative integer, numpy integers included.

    Raises:
        InvalidSeedError: if it is anything else; booleans are refused too.
    """
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and seed >= 0:
        return int(seed)
    raise InvalidSeedError(
        f"seed must be a non-negative integer, got {seed!r} ({type(seed).__name__}); "
        "pass an int such as 0, or None for a fresh random seed"
    )


def fresh_seed() -> int:
    """Return an unpredictable 64-bit seed, for when the caller gave none."""
    return secrets.randbits(64)


def derive_seed(root: int, stream: str, index: int = 0) -> int:
    """Return the 64-bit seed of one random stream.

    Args:
        root: the user's seed, non-negative.
        stream: the name of the use, for example `"chance"`.
        index: which of the stream's seeds, from 0.

    Returns:
        An integer in [0, 2**64), the same on every machine, process and hash seed.
    """
    name = int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "little")
    sequence = np.random.SeedSequence([root, name, index])
    return int(sequence.generate_state(1, np.uint64)[0])
