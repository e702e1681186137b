"""How often rules in plain words become the right game, by embedded model and kind of text.

Four groups of rules texts, each with a reference program:

- *paraphrase*: a training-split game in other words; these words are taken out of what the search
  knows of that game;
- *instance*: a training-split game with parameters that no example has, and a task of every family,
  in words that the search knows, which are all but those with an example play;
- *reworded*: a task of every family in words that are taken out of what the search knows;
- *novel*: games of no family that the search knows.

Each text is given to the search as a user would give it, with no reference. Afterwards every
candidate is compared with the reference, on the full budget of verification. A text counts as
*right* if a program was accepted and plays exactly as the reference, as *wrong* if one was accepted
and does not, and else as *refused*.

Results are kept by model, levers and text in `--folder`, so that a broken run goes on:

    python benchmarks/generation.py --model qwen2.5-coder-0.5b
    python benchmarks/generation.py --without grammar examples
    python benchmarks/generation.py --report docs/images/generation.svg     # table and plot
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from generation_report import GROUPS, Row, plot, table
from rich.console import Console
from rich.progress import Progress

from codeworld import games
from codeworld.games import families
from codeworld.generate import Generation, GenerationOptions, generate, open_backend
from codeworld.generate.examples import ExampleIndex, whole_index
from codeworld.generate.worked_examples import Variation, load_examples
from codeworld.verify import Reference, Verifier

FAMILY_SEED = 2026
NOVEL = Path(__file__).with_name("generation_tasks")
INSTANCES: dict[str, list[dict[str, Any]]] = {
    "breakthrough": [{"rows": 6, "columns": 5}, {"rows": 7, "columns": 4, "pawn_rows": 1}],
    "connect_four": [{"rows": 5, "columns": 6}, {"rows": 7, "columns": 9, "length": 5}],
    "tic_tac_toe": [{"size": 5, "length": 4}, {"size": 4, "length": 3}],
    "dots_and_boxes": [{"rows": 1, "columns": 4}],
    "first_price_auction": [{"players": 3, "max_value": 3, "max_bid": 4}],
    "go": [{"size": 4, "komi": 1.5}],
    "goofspiel": [{"players": 2, "cards": 4}],
    "havannah": [{"side": 3}],
    "kuhn_poker": [{"players": 3}],
    "liars_dice": [{"players": 2, "dice": 2, "sides": 4}],
    "negotiation": [{"max_turns": 5, "max_value": 2}],
    "pig": [{"players": 4, "target": 30}, {"target": 25, "sides": 4}],
}
LEVERS = ("adapt", "examples", "grammar", "mend", "refine")


@dataclass(frozen=True)
class Task:
    """A rules text and the program that is right for it.

    Attributes:
        name: of the text.
        group: one of `GROUPS`.
        rules: the text.
        reference: the right program.
        index: makes what the search knows, which takes seconds.
    """

    name: str
    group: str
    rules: str
    reference: Reference
    index: Callable[[], ExampleIndex]


def find_tasks() -> Iterator[Task]:
    """Yield every task, group by group."""
    examples = load_examples()
    for example in examples:
        if "." in example.name:
            continue
        game = games.load(example.name)
        for number, text in enumerate(game.paraphrases[:1]):
            wordings = tuple(one for one in example.wordings if one != text)
            left = replace(example, wordings=wordings)
            known = [left if one is example else one for one in examples]
            reference = Reference(game.name, game.source, game.spec)
            name = f"{game.name}-{number + 2}"
            yield Task(name, "paraphrase", text, reference, partial(ExampleIndex, known))
    for name, variants in INSTANCES.items():
        for values in variants:
            variant = games.instantiate(name, **values)
            reference = Reference(variant.label, variant.source)
            yield Task(variant.label, "instance", variant.rules, reference, whole_index)
    drawn = [families.sample(name, FAMILY_SEED) for name in families.names()]
    for task in drawn:
        if task.wording == "example":
            task = task.in_wording("full")
        yield Task(task.name, "instance", task.rules, _reference(task), whole_index)
    for task in drawn:
        yield _reworded(task)
    for folder in sorted(path for path in NOVEL.iterdir() if (path / "game.py").is_file()):
        reference = Reference(folder.name, (folder / "game.py").read_text("utf-8"))
        rules = (folder / "rules.md").read_text("utf-8")
        yield Task(folder.name, "novel", rules, reference, whole_index)


def _reference(task: families.GameTask) -> Reference:
    return Reference(task.name, task.source, task.spec)


def _reworded(task: families.GameTask) -> Task:
    """Return a task of a family, told in words that its example does not have."""
    examples = load_examples()
    own = next(one for one in examples if one.name == f"{task.family}.{task.theme}")
    vary = own.vary
    told = vary(task.parameters).wordings
    place = told.index(task.rules) if task.rules in told else len(told)

    def vary_in_other_words(values: Mapping[str, Any]) -> Variation:
        variation = vary(values)
        texts = variation.wordings
        return variation._replace(wordings=texts[:place] + texts[place + 1 :])

    wordings = vary_in_other_words(own.settings).wordings
    left = replace(own, vary=vary_in_other_words, wordings=wordings)
    known = [left if one is own else one for one in examples]
    name = f"{task.name} {task.wording}"
    return Task(name, "reworded", task.rules, _reference(task), partial(ExampleIndex, known))


def measure(task: Task, found: Generation, verifier: Verifier) -> Row:
    """Return what came of a task."""
    right = {
        candidate.name: verifier.verify(candidate.source, reference=task.reference).passed
        for candidate in found.candidates
        if candidate.report.passed or candidate.accepted
    }
    accepted = found.accepted
    outcome = "refused"
    if accepted is not None:
        outcome = "right" if right[accepted.name] else "wrong"
    static = [
        all(check.verdict != "fail" for check in candidate.report.tier("static"))
        for candidate in found.candidates
    ]
    return Row(
        task=task.name,
        group=task.group,
        outcome=outcome,
        accepted=accepted.about if accepted else None,
        origin=accepted.origin if accepted else None,
        answers=found.spent.answers,
        candidates=len(found.candidates),
        load=sum(static),
        sound=sum(candidate.report.passed for candidate in found.candidates),
        right=sum(right.values()),
        prompt_tokens=found.spent.prompt_tokens,
        completion_tokens=found.spent.completion_tokens,
        seconds=round(found.spent.seconds, 1),
    )


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Run every task that has no result yet."""
    off = {lever: False for lever in arguments.without if lever != "refine"}
    options = GenerationOptions(
        num_candidates=arguments.candidates,
        refine_rounds=0 if "refine" in arguments.without else 1,
        seconds=arguments.seconds,
        answer_tokens=arguments.answer_tokens,
        **off,
    )
    name = "-".join(
        [arguments.model.replace("/", "_"), *(f"no_{one}" for one in arguments.without)]
    )
    folder = arguments.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [task for task in find_tasks() if not arguments.group or task.group in arguments.group]
    tasks = [
        task for task in tasks[:: arguments.every] if not (folder / f"{task.name}.json").exists()
    ]
    with (
        open_backend(arguments.model) as backend,
        Verifier() as verifier,
        Progress(console=console, auto_refresh=False) as progress,
    ):
        for task in progress.track(tasks, description=name):
            found = generate(
                task.rules,
                backend,
                options=options,
                folder=folder / f"{task.name}.run",
                verifier=verifier,
                index=task.index(),
            )
            row = measure(task, found, verifier)
            (folder / f"{task.name}.json").write_text(json.dumps(asdict(row), indent=2), "utf-8")
            console.print(f"{task.group} {task.name}: {row.outcome} ({row.accepted})")
            progress.refresh()


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="qwen2.5-coder-0.5b", help="what generates")
    parser.add_argument("--group", nargs="*", choices=GROUPS)
    parser.add_argument(
        "--without", nargs="*", default=[], choices=LEVERS, help="levers to leave off"
    )
    parser.add_argument("--every", type=int, default=1, help="2 takes every second text, and so on")
    parser.add_argument("--candidates", type=int, default=8, help="answers asked for at most")
    parser.add_argument("--seconds", type=float, default=180.0, help="time for one text")
    parser.add_argument("--answer-tokens", type=int, default=1_500, help="longest answer")
    parser.add_argument("--folder", type=Path, default=Path("build/generation"))
    parser.add_argument(
        "--report", type=Path, metavar="SVG", help="print the table and draw the plot, run nothing"
    )
    arguments = parser.parse_args()
    if arguments.report:
        print(table(arguments.folder))
        plot(arguments.folder, arguments.report)
    else:
        run(arguments, Console())


if __name__ == "__main__":
    main()
