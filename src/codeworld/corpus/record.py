"""One row of a corpus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version

from codeworld.games import families
from codeworld.games.families import GameTask


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task as a corpus holds it: plain values only.

    Attributes:
        index: its place in the stream of the export's seed and split.
        task: its name, by which `families.find` makes it again.
        family: the family's name.
        kind: what sort of game it is.
        split: `"train"` or `"validation"`.
        seed: the task's own seed.
        parameters: JSON text, since their names differ from family to family.
        theme: in whose words it is told.
        wording: which of the family's texts the rules are.
        style: which of the family's programs the source is.
        title: of the game.
        rules: the complete rules in Markdown.
        source: the text of the GameCWM.
        num_players: number of players.
        information: `"perfect"` or `"imperfect"`.
        chance: `"deterministic"` or `"stochastic"`.
        rules_sha256: of the rules, UTF-8.
        source_sha256: of the source, UTF-8.
        rules_tokens: length of the rules in tokens; None where they were not counted.
        source_tokens: length of the source in tokens; None where they were not counted.
        tokenizer: of which model; None where tokens were not counted.
        verified: whether the source passed every check as it was exported.
        codeworld_version: of the package that made it.
    """

    index: int
    task: str
    family: str
    kind: str
    split: str
    seed: int
    parameters: str
    theme: str
    wording: str
    style: str
    title: str
    rules: str
    source: str
    num_players: int
    information: str
    chance: str
    rules_sha256: str
    source_sha256: str
    rules_tokens: int | None
    source_tokens: int | None
    tokenizer: str | None
    verified: bool
    codeworld_version: str

    def to_json(self) -> str:
        """Return the record as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def make_record(
    index: int,
    task: GameTask,
    *,
    verified: bool,
    tokenizer: str | None = None,
    count: Callable[[str], int] | None = None,
) -> TaskRecord:
    """Return the record of a task that was drawn by a seed.

    Args:
        index: its place in the export's stream.
        task: the task.
        verified: whether it passed every check.
        tokenizer: the name of the model whose tokens are counted.
        count: counts the tokens of a text; None to leave them uncounted.
    """
    assert task.seed is not None
    return TaskRecord(
        index=index,
        task=task.name,
        family=task.family,
        kind=families.load(task.family).kind,
        split=families.split_of(task),
        seed=task.seed,
        parameters=json.dumps(task.parameters),
        theme=task.theme,
        wording=task.wording,
        style=task.style,
        title=task.title,
        rules=task.rules,
        source=task.source,
        num_players=task.facts["num_players"],
        information=task.facts["information"],
        chance=task.facts["chance"],
        rules_sha256=_sha256(task.rules),
        source_sha256=_sha256(task.source),
        rules_tokens=count(task.rules) if count else None,
        source_tokens=count(task.source) if count else None,
        tokenizer=tokenizer,
        verified=verified,
        codeworld_version=version("codeworld"),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
