"""PettingZoo's own tests of an environment, made repeatable and turned into answers."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pettingzoo.utils.env import AECEnv

from codeworld.errors import SandboxUnavailableError
from codeworld.seeding import derive_seed


@dataclass(frozen=True, slots=True)
class PettingZooVerdicts:
    """What PettingZoo's tests say of an environment. Their warnings are opinions, and left out.

    Attributes:
        api_test: what `api_test` asserts; "" if it passes.
        seed_test: what `seed_test` asserts; "" if it passes.
    """

    api_test: str
    seed_test: str


def run_pettingzoo_tests(
    make_env: Callable[[], AECEnv[Any, Any, Any]], *, seed: int, cycles: int
) -> PettingZooVerdicts:
    """Run `api_test` and `seed_test`.

    Args:
        make_env: makes the environment; called three times.
        seed: seeds the action spaces, from which `api_test` draws.
        cycles: steps of each agent in each test.

    Raises:
        SandboxUnavailableError: if the machine cannot isolate the game as the environment requires.
    """
    with warnings.catch_warnings():
        # Their modules import an environment of PettingZoo's in a way that it deprecates.
        warnings.simplefilter("ignore")
        tests = importlib.import_module("pettingzoo.test")

        def api_test() -> None:
            env = make_env()
            try:
                for number, agent in enumerate(getattr(env, "possible_agents", ())):
                    space = env.action_space(agent)
                    space.seed(derive_seed(seed, "api_test", number) % 2**31)
                tests.api_test(env, num_cycles=cycles)
            finally:
                env.close()

        return PettingZooVerdicts(
            api_test=_complaint(api_test),
            seed_test=_complaint(lambda: tests.seed_test(make_env, num_cycles=cycles)),
        )


def _complaint(test: Callable[[], None]) -> str:
    """Return what a test asserts, or "" if it passes."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            test()
    except SandboxUnavailableError:
        raise
    except AssertionError as error:
        return str(error) or "it failed an assertion without a message"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""
