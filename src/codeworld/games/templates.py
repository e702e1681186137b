"""The template engine of rules and programs, and what it can say of numbers and lists."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codeworld.games.number_words import as_ordinal, as_word

if TYPE_CHECKING:
    from jinja2 import Environment


@functools.cache
def template_environment() -> Environment:
    """Return the engine: Jinja, where a name that is not given is an error.

    Its own filters are `word` and `ordinal` (a number in words), `count` (a number of things),
    `listed` (a list in a sentence) and `literal` (a value as Python writes it).
    """
    from jinja2 import Environment, StrictUndefined  # here, for a fast `import codeworld`

    environment = Environment(
        undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "word": as_word,
        "ordinal": as_ordinal,
        "count": count,
        "listed": listed,
        "literal": literal,
    }
    return environment


def count(number: int, one: str, many: str | None = None) -> str:
    """Return `1 stone`, `3 stones`; the plural ends in s unless it is given."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(items: Sequence[object], last: str = "and") -> str:
    """Return `a, b and c`."""
    texts = [str(item) for item in items]
    return f" {last} ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def literal(value: Any) -> str:
    """Return a value as a person writes it in a program, with double quotes and in tuples."""
    if isinstance(value, (list, tuple)):
        items = [literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    return f'"{value}"' if isinstance(value, str) else repr(value)
