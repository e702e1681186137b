"""The environment tier: checks of any PettingZoo AEC environment, codeworld's own or not.

They ask more than PettingZoo's `api_test`, which an environment passes that never ends, ignores its
seed and pays random rewards. Everything runs in this process: an environment whose `step` never
returns hangs the verification, too, so put a time-out around it where that is to be feared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from codeworld.seeding import check_seed
from codeworld.verify import environment_interface_checks as interface
from codeworld.verify import environment_play_checks as play
from codeworld.verify import environment_signal_checks as signals
from codeworld.verify.checks import Check, CheckResult, Failure
from codeworld.verify.environment_evidence import EnvironmentEvidence
from codeworld.verify.environment_gathering import MakeEnv, gather_evidence
from codeworld.verify.pettingzoo_tests import run_pettingzoo_tests

EPISODE_LIMIT = 10_000
"""Steps after which an episode of random legal play counts as one that never ends."""

STEPS = 400
"""Steps that are recorded and replayed, by default."""


def _check(
    name: str, find: Callable[[EnvironmentEvidence], Iterator[Failure]]
) -> Check[EnvironmentEvidence]:
    return Check(name, "environment", (find.__doc__ or "").strip(), find)


RECORDED_CHECKS: tuple[Check[EnvironmentEvidence], ...] = (
    _check("is_an_aec_environment", interface.is_aec),
    _check("environment_runs", interface.runs),
    _check("spaces_stay", interface.spaces_stay),
    _check("reset_starts_alive", interface.starts_alive),
    _check("reset_without_seed", play.starts_unseeded),
    _check("agents_are_possible", interface.agents_possible),
    _check("selection_is_an_agent", interface.selection_is_agent),
    _check("agents_only_leave", interface.agents_only_leave),
    _check("finished_agents_leave", interface.finished_agents_leave),
    _check("keyed_by_agents", interface.keyed_by_agents),
    _check("flags_are_booleans", interface.flags_typed),
    _check("legal_indices_accepted", play.legal_accepted),
    _check("episode_ends", play.ends),
    _check("rewards_are_finite", signals.rewards_finite),
    _check("rewards_add_up", signals.rewards_add_up),
    _check("last_agrees", interface.last_agrees),
    _check("observations_fit_their_space", signals.observations_fit),
    _check("observations_stay", signals.observations_stay),
    _check("masks_fit_the_actions", signals.masks_fit),
    _check("masks_allow_an_action", signals.masks_allow),
    _check("masks_agree", signals.masks_agree),
    _check("seed_decides_play", play.seed_decides_play),
    _check("seed_decides_rewards", play.seed_decides_rewards),
    _check("reset_forgets", play.reset_forgets),
    _check("observing_changes_nothing", play.observing_is_free),
    _check("rendering_works", play.rendering_works),
    _check("rendering_changes_nothing", play.rendering_is_free),
    _check("deep_copies_agree", play.deep_copies_agree),
    _check("pickles_agree", play.pickles_agree),
    _check("masks_are_legal_sets", play.masks_are_legal_sets),
    _check("rewards_sum_to_returns", play.rewards_are_returns),
    _check("restored_moments_agree", play.moments_agree),
)
"""The checks of recorded playthroughs."""

PETTINGZOO_CHECKS: tuple[Check[EnvironmentEvidence], ...] = (
    _check("pettingzoo_api_test", play.api_test),
    _check("pettingzoo_seed_test", play.seed_test),
)
"""PettingZoo's own tests, which run once all other checks pass: most faults fail several asserts
of theirs, and one fault is to be told once."""

ENVIRONMENT_CHECKS = RECORDED_CHECKS + PETTINGZOO_CHECKS
"""Every check of the environment tier."""


def verify_environment(
    make_env: MakeEnv, *, seed: int = 0, steps: int = STEPS, longest: int = EPISODE_LIMIT
) -> tuple[CheckResult, ...]:
    """Return the verdict of every check of the environment tier.

    Args:
        make_env: makes a fresh environment, independent of those it made before; called about eight
            times. Each environment is closed when all is done.
        seed: decides every seed and every action.
        steps: how much is recorded and replayed, at least 1.
        longest: steps after which an episode of random legal play counts as one that never ends.

    Raises:
        InvalidSeedError: if the seed is not a non-negative integer.
        ValueError: if `steps` is not positive.
        SandboxUnavailableError: if the machine cannot isolate the game as the environment requires.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; it must be at least 1")
    seed = check_seed(seed)
    evidence = gather_evidence(make_env, seed=seed, steps=steps, longest=longest)
    results = tuple(check.run(evidence) for check in RECORDED_CHECKS)
    if all(result.verdict != "fail" for result in results):
        cycles = max(steps // 16, 4)
        verdicts = run_pettingzoo_tests(make_env, seed=seed, cycles=cycles)
        evidence = replace(evidence, pettingzoo=verdicts)
    return results + tuple(check.run(evidence) for check in PETTINGZOO_CHECKS)
