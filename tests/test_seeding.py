"""Seeds are hashed, named and checked."""

from __future__ import annotations

import numpy as np
import pytest

from codeworld.errors import InvalidSeedError
from codeworld.seeding import check_seed, derive_seed, fresh_seed


def test_streams_and_neighbouring_roots_share_no_seed():
    seeds = {
        derive_seed(root, stream, index)
        for root in range(20)
        for stream in ("chance", "restart")
        for index in range(20)
    }
    assert len(seeds) == 800


def test_a_seed_is_the_same_on_every_machine():
    assert derive_seed(0, "chance") == 9191985495508721837
    assert derive_seed(2**70, "chance", 3) == derive_seed(2**70, "chance", 3)


@pytest.mark.parametrize("seed", [0, 7, 2**80, np.int64(3), np.uint8(3)])
def test_integers_are_seeds(seed):
    assert check_seed(seed) == seed
    assert type(check_seed(seed)) is int


@pytest.mark.parametrize("seed", ["x", -1, 1.0, None, False, np.float64(2)])
def test_nothing_else_is(seed):
    with pytest.raises(InvalidSeedError, match="non-negative integer"):
        check_seed(seed)


def test_fresh_seeds_differ():
    assert fresh_seed() != fresh_seed()
