"""The search for a program that plays a rules text: adapt, write, mend, and judge each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property

from codeworld.errors import ContextOverflowError, GameError
from codeworld.generate.asking import Asker, make_request
from codeworld.generate.backend import CompletionRequest
from codeworld.generate.borrowing import borrow_conventions
from codeworld.generate.candidate import Candidate, Origin, rank
from codeworld.generate.examples import ExampleIndex
from codeworld.generate.extraction import UNREADABLE, extract_program
from codeworld.generate.options import GenerationOptions
from codeworld.generate.program_grammar import program_grammar
from codeworld.generate.prompts import mending_messages, writing_messages
from codeworld.generate.reading import read_rules
from codeworld.generate.rule_facts import RuleFacts, read_facts
from codeworld.generate.run_folder import RunFolder
from codeworld.generate.worked_examples import WorkedExample
from codeworld.seeding import derive_seed
from codeworld.verify import QUICK, Reference, Report, Verifier
from codeworld.verify.mending import mend_source

_PROBLEMS = 5

_EXAMPLES = 2

_LONGEST_EXAMPLE = 3_200
"""Letters of the program of another kind of game that is shown: small models copy a long one, and
reading and writing it takes minutes."""

_MENDED = 4
"""Programs that the model is told of in a round, the best ones."""

OnCandidate = Callable[[Candidate], None]


@dataclass(frozen=True)
class Search:
    """One search.

    Attributes:
        rules: the text.
        asker: the model.
        verifier: whose workers judge the candidates.
        folder: where candidates are written down.
        options: how to search.
        reference: what candidates must play like, where that is known.
        index: known games.
        on_candidate: told every candidate, once it is judged.
    """

    rules: str
    asker: Asker
    verifier: Verifier
    folder: RunFolder
    options: GenerationOptions
    reference: str | Reference | None
    index: ExampleIndex
    on_candidate: OnCandidate

    def run(self) -> tuple[Candidate, ...]:
        """Return all candidates, best first.

        Raises:
            BackendError: if the model cannot answer.
        """
        found: list[Candidate] = []
        for stage in (self._adapt, self._write, self._mend):
            # Closed at once, whatever happens: no answer may go on being written.
            with closing(stage(found)) as candidates:
                for candidate in candidates:
                    found.append(candidate)
                    self.folder.add(candidate)
                    self.on_candidate(candidate)
                    if candidate.accepted:
                        return tuple(sorted(found, key=rank, reverse=True))
        return tuple(sorted(found, key=rank, reverse=True))

    def _adapt(self, found: Sequence[Candidate]) -> Generator[Candidate, None, None]:
        """Yield known games of the same kind, with the values that are read off the text."""
        if not self.options.adapt:
            return
        for reading in read_rules(self.rules, self.index, self.asker, self.options):
            adaptation = reading.adaptation
            yield self._judge(
                f"adapted-{adaptation.name}-{reading.place}",
                "adapted",
                str(adaptation),
                adaptation.source,
                reading.confirmed,
                reading.why,
            )

    def _write(self, found: Sequence[Candidate]) -> Generator[Candidate, None, None]:
        """Yield whole programs by the model; the first that another one confirms is the last."""
        shown = self._examples
        messages = [writing_messages(self.rules, example) for example in shown]
        turns = {
            f"written-{number}": number % len(shown)
            for number in range(self.options.num_candidates)
        }
        requests = {
            name: make_request(
                self.options,
                messages[turn],
                "write",
                number,
                grammar=self._grammar,
                likeliest=len(shown),
            )
            for number, (name, turn) in enumerate(turns.items())
        }
        examples = {name: shown[turn] for name, turn in turns.items()}
        try:
            yield from self._judge_programs(requests, "written", "by the model", found, examples)
        except ContextOverflowError:
            if not any(shown):
                raise
            bare = writing_messages(self.rules, None)
            requests = {name: replace(one, messages=bare) for name, one in requests.items()}
            yield from self._judge_programs(
                requests, "written", "by the model, no example", found, {}
            )

    def _mend(self, found: Sequence[Candidate]) -> Generator[Candidate, None, None]:
        """Yield what the model makes of its best programs, told what is wrong with them."""
        for number in range(self.options.refine_rounds):
            wrong = [one for one in found if one.source and one.failures]
            written = [one for one in wrong if one.origin != "adapted"]
            best = sorted(written, key=rank, reverse=True)[:_MENDED]
            requests = {
                f"mended-{number}-{candidate.name}": make_request(
                    self.options,
                    mending_messages(self.rules, candidate.source, candidate.failures[:_PROBLEMS]),
                    f"mend {candidate.name}",
                    number,
                    grammar=self._grammar,
                )
                for candidate in best
            }
            shown = {one.name: one for one in self._examples if one}
            examples = {
                name: shown.get(candidate.example or "")
                for name, candidate in zip(requests, best, strict=True)
            }
            about = "told what was wrong"
            try:
                yield from self._judge_programs(requests, "mended", about, found, examples)
            except ContextOverflowError:
                return  # what there is stands

    @property
    def _grammar(self) -> str | None:
        constrained = self.options.grammar and self.asker.backend.supports_grammar
        return program_grammar() if constrained else None

    @cached_property
    def _examples(self) -> tuple[WorkedExample | None, ...]:
        """What the model is shown in turn: two games, so that its programs are no copies of one."""
        if not self.options.examples:
            return (None,)
        chosen: dict[str, WorkedExample] = {}
        for near in self.index.nearest(self.rules, len(self.index.examples)):
            if near.same_kind or len(near.example.source) <= _LONGEST_EXAMPLE:
                chosen.setdefault(near.example.name.partition(".")[0], near.example)
        return (*chosen.values(), None)[:_EXAMPLES]

    def _judge_programs(
        self,
        requests: dict[str, CompletionRequest],
        origin: Origin,
        about: str,
        found: Sequence[Candidate],
        examples: Mapping[str, WorkedExample | None],
    ) -> Generator[Candidate, None, None]:
        sound = [one for one in found if one.origin != "adapted" and one.report.passed]
        with closing(self.asker.ask_all(requests)) as answers:
            for name, text in answers:
                example = examples.get(name)
                source, told = self._complete(extract_program(text), example)
                candidate = self._judge(
                    name, origin, about + told, source, False, "no other agrees yet"
                )
                candidate = replace(candidate, example=example.name if example else None)
                if candidate.report.passed and not candidate.confirmed:
                    confirmed, why = self._is_agreed(candidate, sound)
                    candidate = replace(candidate, confirmed=confirmed, why=why)
                    sound.append(candidate)
                yield candidate

    def _complete(self, source: str, example: WorkedExample | None) -> tuple[str, str]:
        """Return a program with what its model forgot to copy, and what that is."""
        if example is None or not self.options.mend:
            return source, ""
        source, names = borrow_conventions(source, example.source)
        return source, f", with {', '.join(names)} of {example.name}" if names else ""

    def _is_agreed(self, candidate: Candidate, sound: Sequence[Candidate]) -> tuple[bool, str]:
        """Whether another program, written independently, plays the same game; and why."""
        agrees = next((one for one in sound if self._is_second_opinion(candidate, one)), None)
        if agrees is None:
            return False, candidate.why
        for example in filter(None, self._examples):
            # A model that only copies what it was shown agrees with a known game as well.
            if self._plays_as(candidate, Reference(example.name, example.source)):
                return False, f"it is {example.name}, which the model was shown as an example"
        return True, f"{agrees.name}, written independently, plays the same game"

    def _is_second_opinion(self, one: Candidate, other: Candidate) -> bool:
        """Whether two programs play alike that do not go back to the same text or example.

        Small models leave the same constants of an example as they are, again and again.
        """
        if _first_name(one) == _first_name(other) or _skeleton(one) == _skeleton(other):
            return False
        if one.example is not None and one.example == other.example:
            return False
        return self._plays_as(one, Reference(other.name, other.source))

    def _plays_as(self, candidate: Candidate, reference: Reference) -> bool:
        try:
            return self._verify(candidate.source, reference).passed
        except GameError:  # the other program, this time, failed
            return False

    @cached_property
    def facts(self) -> RuleFacts:
        """What the text states for certain."""
        return read_facts(self.rules)

    def _judge(
        self, name: str, origin: Origin, about: str, source: str, confirmed: bool, why: str
    ) -> Candidate:
        report = self._verify(source, self.reference)
        if self.reference is not None:  # which says it all, one way or the other
            confirmed = report.passed
            why = "it plays as the reference does" if confirmed else "it fails checks"
        if report.mends:
            source = mend_source(source, report.mends)
        return Candidate(name, origin, about, source, report, confirmed, why)

    def _verify(self, source: str, reference: str | Reference | None) -> Report:
        return self.verifier.verify(
            source,
            reference=reference,
            seed=derive_seed(self.options.seed, "verify"),
            budget=QUICK,
            mend=self.options.mend,
            more_checks=self.facts.checks,
        )


def _first_name(candidate: Candidate) -> str:
    """Return the name of the program that a candidate goes back to."""
    return candidate.name[candidate.name.find("written-") :]


def _skeleton(candidate: Candidate) -> str:
    """Return a program without its comments and spaces."""
    try:
        return ast.dump(ast.parse(candidate.source))
    except UNREADABLE:
        return candidate.source
