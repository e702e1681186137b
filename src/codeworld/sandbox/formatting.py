"""Format strings: `str.format` reads attributes by name, so its templates are checked."""

from __future__ import annotations

import string
from typing import Any

_MAX_NESTING = 4
"""How deep format specifications may nest; Python itself allows two."""

_PARSER = string.Formatter()


def format_fault(template: str, depth: int = 0) -> str | None:
    """Return why `template` may not be formatted, or None if it may.

    A malformed template may not: Python formats the fields before the fault, whatever they read,
    and hands the results to the program's `__format__` before it raises ValueError.
    """
    if depth > _MAX_NESTING:
        return "format specifications are nested too deeply; format in two steps"
    try:
        fields = list(_PARSER.parse(template))
    except ValueError as error:
        return f"the format string is malformed: {error}"
    for _, name, specification, _ in fields:
        if name is not None and "." in name:
            return "a format field may not read attributes; pass the value itself, or an f-string"
        if specification:
            fault = format_fault(specification, depth + 1)
            if fault is not None:
                return fault
    return None


def format_text(template: str, /, *args: Any, **kwargs: Any) -> str:
    """Return `template.format(...)` after the check, for templates known only at run time.

    Raises:
        ValueError: if a field reads an attribute.
    """
    fault = format_fault(template)
    if fault is not None:
        raise ValueError(fault)
    return template.format(*args, **kwargs)
