"""Mechanical mending of two faults that model-written programs often have.

A mend is text that is put behind the program, so that a mended program is a program like any other.
"""

from __future__ import annotations

from codeworld.verify.report import Report

_MENDS: dict[str, tuple[str, str]] = {
    "state_untouched": (
        "copies_state",
        """

# Mended: apply_action changed the state that it was given; it now gets a copy.
_apply_action_in_place = apply_action


def apply_action(state, action):
    return _apply_action_in_place(copy.deepcopy(state), action)
""",
    ),
    "terminal_is_final": (
        "no_actions_at_the_end",
        """

# Mended: terminal states listed actions; now they list none.
_get_legal_actions_at_all_times = get_legal_actions


def get_legal_actions(state):
    return [] if get_current_player(state) == -4 else _get_legal_actions_at_all_times(state)
""",
    ),
}
"""For each check the mend of its fault: the mend's name and the text that does it."""

_TEXTS = dict(_MENDS.values())


def mends_for(report: Report) -> tuple[str, ...]:
    """Return the names of the mends for the failures of a report that can be mended."""
    failed = {failure.name for failure in report.failures}
    return tuple(name for check, (name, _) in _MENDS.items() if check in failed)


def mend_source(source: str, mends: tuple[str, ...]) -> str:
    """Return the program with mends put behind it.

    Args:
        source: the program.
        mends: names as `mends_for` gives them.
    """
    return source.rstrip() + "\n" + "".join(_TEXTS[name] for name in mends)
