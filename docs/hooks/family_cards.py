"""Writes the table and the cards of the families into families.md when the site is built."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from codeworld.games import Parameter, families
from codeworld.games.families import Family
from codeworld.games.parameters import evaluate

PAGE = "families.md"
TABLE, CARDS = "<!-- table of the families -->", "<!-- cards of the families -->"
DRAWS = 200
EXAMPLE_SEED = 1


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page's text with the cards in place; mkdocs calls this for every page."""
    if page.file.src_uri != PAGE:
        return markdown
    known = [families.load(name) for name in families.names()]
    known.sort(key=lambda family: (family.kind, family.name))
    table = "\n".join(table_of(known))
    cards = "\n\n".join("\n".join(card(family)) for family in known)
    return markdown.replace(TABLE, table).replace(CARDS, cards)


def table_of(known: list[Family]) -> Iterator[str]:
    """Yield the lines of the table of all families."""
    yield "| kind | family | games | texts | programs | themes | split |"
    yield "|---|---|---:|---:|---:|---:|---|"
    for family in known:
        cells = (
            family.kind,
            f"[`{family.name}`](#{family.name})",
            f"{num_games(family):,}",
            len(family.rules),
            len(family.programs),
            len(family.themes),
            "validation" if family.held_back else "both",
        )
        yield f"| {' | '.join(map(str, cells))} |"


def num_games(family: Family) -> int:
    """Return how many sets of parameters there are, to two digits where they are many."""
    generator = np.random.default_rng(0)
    values = {parameter.name: values_of(parameter) for parameter in family.sheet.parameters}
    product = math.prod(map(len, values.values()))
    fitting = 0
    for _ in range(DRAWS):
        drawn = {name: few[generator.integers(len(few))] for name, few in values.items()}
        fitting += all(evaluate(holds, drawn) for holds, _ in family.sheet.constraints)
    digits = max(len(str(product * fitting // DRAWS)) - 2, 0)
    return round(product * fitting / DRAWS, -digits)


def values_of(parameter: Parameter) -> list[Any]:
    """Return all values of a parameter."""
    if parameter.choices:
        return list(parameter.choices)
    if parameter.minimum is None or parameter.maximum is None:
        return [False, True]
    return list(range(int(parameter.minimum), int(parameter.maximum) + 1))


def card(family: Family) -> Iterator[str]:
    """Yield the lines of a family's card."""
    yield f"### {family.title} {{ #{family.name} }}"
    yield ""
    yield family.about
    yield ""
    yield "| parameter | meaning | values | why |"
    yield "|---|---|---|---|"
    for one in family.sheet.parameters:
        yield f"| `{one.name}` | {one.meaning} | {one.values} | {one.why} |"
    yield ""
    yield f"Proven against {family.oracle}. Sources: {'; '.join(family.sources)}."
    task = families.sample(family.name, EXAMPLE_SEED)
    yield ""
    yield f'??? example "`{task.name}`, {task.title}"'
    yield ""
    yield "    ````markdown"
    yield from (f"    {line}".rstrip() for line in task.rules.splitlines())
    yield "    ````"
