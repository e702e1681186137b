"""The search for a program that plays a rules text: adapt, write, mend, and judge each."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property

from codeworld.errors import ContextOverflowError, GameError
from codeworld.generate.adaptation import (
    Adaptation,
    adapt,
    agrees_with_text,
    closeness,
    parse_values,
    read_off,
)
from codeworld.generate.asking import Asker
from codeworld.generate.backend import CompletionRequest, Message
from codeworld.generate.candidate import Candidate, Origin, rank
from codeworld.generate.examples import ExampleIndex, Nearest
from codeworld.generate.extraction import extract_program
from codeworld.generate.options import GenerationOptions
from codeworld.generate.prompts import (
    adaptation_messages,
    mending_messages,
    values_grammar,
    writing_messages,
)
from codeworld.generate.rule_facts import RuleFacts, read_facts, read_numbers
from codeworld.generate.run_folder import RunFolder
from codeworld.generate.worked_examples import WorkedExample
from codeworld.seeding import derive_seed
from codeworld.verify import QUICK, Reference, Report, Verifier
from codeworld.verify.mending import mend_source

_VALUE_TOKENS = 300
_PROBLEMS = 5

_RELATIVES = 4
"""Known games that are compared with a text."""

_ADAPTED = 2
"""Known games of its kind that are adapted to it, one after the other."""

_CLEARLY = 0.02
"""A known game is left out if another's rules are more like the text by this much: a text on Leduc
poker can be read as Kuhn poker with six cards, but the rules of Leduc poker are more like it."""

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

    # --- adapting --------------------------------------------------------------------------------

    def _adapt(self, found: Sequence[Candidate]) -> Generator[Candidate, None, None]:
        """Yield known games of the same kind, with the values that the model reads."""
        if not self.options.adapt:
            return
        nearest = self.index.nearest(self.rules, _RELATIVES)
        kinds = [near.example for near in nearest if near.same_kind]
        told = [read_off(example, self.rules) for example in kinds]
        close = [
            closeness(example, self.rules, read) for example, read in zip(kinds, told, strict=True)
        ]
        for example, read, how_close in list(zip(kinds, told, close, strict=True))[:_ADAPTED]:
            if how_close > max(close) - _CLEARLY:
                yield from self._adapt_one(example, read)

    def _adapt_one(
        self, example: WorkedExample, told: Adaptation | None
    ) -> Generator[Candidate, None, None]:
        votes: Counter[Adaptation] = Counter()
        asked = 0
        rounds = (1, max(self.options.num_candidates // 2 - 1, 0)) if example.settings else ()
        if told is not None and told.is_word_for_word:
            rounds = ()  # nothing is left to ask
        for count in rounds:
            for answer in self._read_values(example, range(asked, asked + count)):
                votes[answer] += 1
                if told is not None and (answer.likeness or 0.0) > (told.likeness or 0.0):
                    told = read_off(example, self.rules, answer)
            asked += count
            best = votes.most_common(1)
            if best and self._is_confirmed(best[0][0], told, votes, example)[0]:
                break
        if not example.settings and (same := adapt(example, {}, self.rules)):
            votes[same] = 1
        if told is not None:
            votes[told] += 0  # judged, too, though the model did not say so
        order = sorted(votes, key=lambda one: (-votes[one], -(one.likeness or 0.0), str(one)))
        for number, adaptation in enumerate(order[:3]):
            confirmed, why = self._is_confirmed(adaptation, told, votes, example)
            yield self._judge(
                f"adapted-{example.name}-{number}",
                "adapted",
                str(adaptation),
                adaptation.source,
                confirmed,
                why,
            )

    def _read_values(self, example: WorkedExample, numbers: Iterable[int]) -> Iterator[Adaptation]:
        constrained = self.options.grammar and self.asker.backend.supports_grammar
        grammar = values_grammar(example, sorted(read_numbers(self.rules)))
        requests = {
            f"values-{example.name}-{number}": self._request(
                adaptation_messages(self.rules, example),
                f"values {example.name}",
                number,
                min(_VALUE_TOKENS, self.options.answer_tokens),
                grammar if constrained else None,
            )
            for number in numbers
        }
        try:
            answers = list(self._ask_all(requests))
        except ContextOverflowError:
            return  # the example's rules and the text are too long together
        for _, text in answers:
            values = parse_values(text, example)
            if values is None or not agrees_with_text(example, values, self.rules):
                continue
            adaptation = adapt(example, values, self.rules)
            if adaptation is not None:
                yield adaptation

    def _is_confirmed(
        self,
        adaptation: Adaptation,
        told: Adaptation | None,
        votes: Counter[Adaptation],
        example: WorkedExample,
    ) -> tuple[bool, str]:
        """Whether model and text say the same, and why or why not."""
        if not example.settings:
            return True, "nothing may vary in this game, and the text has its spellings and words"
        if adaptation.is_word_for_word:
            return True, "with these values, its own rules are the text, word for word"
        if not votes.total():
            return False, "the text says so, but the model gave no such values"
        if not votes[adaptation]:
            return False, "the text says so, but the model read others"
        if told is not None:
            if told == adaptation:
                return True, "the model read these values, and they explain the text best"
            return False, f"the model read these values, but {told} explains the text better"
        if 2 * votes[adaptation] > votes.total():
            return True, "the model read these values, and the text states them"
        return False, "the model's answers differ"

    # --- writing and mending ---------------------------------------------------------------------

    def _write(self, found: Sequence[Candidate]) -> Generator[Candidate, None, None]:
        """Yield whole programs by the model; the first that another one confirms is the last."""
        examples = self._examples()
        requests = {
            f"written-{number}": self._request(
                writing_messages(self.rules, examples), "write", number, self.options.answer_tokens
            )
            for number in range(self.options.num_candidates)
        }
        try:
            yield from self._judge_programs(requests, "written", "by the model", found, examples)
        except ContextOverflowError:
            if not examples:
                raise
            bare = {
                name: replace(request, messages=writing_messages(self.rules, ()))
                for name, request in requests.items()
            }
            yield from self._judge_programs(bare, "written", "by the model, no example", found)

    def _mend(self, found: Sequence[Candidate]) -> Generator[Candidate, None, None]:
        """Yield what the model makes of its best programs, told what is wrong with them."""
        for number in range(self.options.refine_rounds):
            wrong = [one for one in found if one.source and one.failures]
            written = [one for one in wrong if one.origin != "adapted"]
            best = sorted(written, key=rank, reverse=True)[: self.asker.backend.parallel]
            requests = {
                f"mended-{number}-{candidate.name}": self._request(
                    mending_messages(
                        self.rules, (), candidate.source, candidate.failures[:_PROBLEMS]
                    ),
                    f"mend {candidate.name}",
                    number,
                    self.options.answer_tokens,
                )
                for candidate in best
            }
            try:
                yield from self._judge_programs(requests, "mended", "told what was wrong", found)
            except ContextOverflowError:
                return  # what there is stands

    def _examples(self) -> tuple[WorkedExample, ...]:
        if not self.options.examples:
            return ()
        nearest: tuple[Nearest, ...] = self.index.nearest(self.rules, 1)
        return tuple(near.example for near in nearest)

    def _judge_programs(
        self,
        requests: dict[str, CompletionRequest],
        origin: Origin,
        about: str,
        found: Sequence[Candidate],
        examples: Sequence[WorkedExample] = (),
    ) -> Generator[Candidate, None, None]:
        sound = [one for one in found if one.origin != "adapted" and one.report.passed]
        with closing(self._ask_all(requests)) as answers:
            for name, text in answers:
                candidate = self._judge(
                    name, origin, about, extract_program(text), False, "no other agrees yet"
                )
                if candidate.report.passed and not candidate.confirmed:
                    confirmed, why = self._is_agreed(candidate, sound, examples)
                    candidate = replace(candidate, confirmed=confirmed, why=why)
                    sound.append(candidate)
                yield candidate

    def _is_agreed(
        self, candidate: Candidate, sound: Sequence[Candidate], examples: Sequence[WorkedExample]
    ) -> tuple[bool, str]:
        """Whether another program, written independently, plays the same game; and why."""
        agrees = next((one for one in sound if self._is_second_opinion(candidate, one)), None)
        if agrees is None:
            return False, candidate.why
        for example in examples:
            # A model that only copies what it was shown agrees with itself as well.
            if self._plays_as(candidate, Reference(example.name, example.source)):
                return False, f"it is {example.name}, which the model was shown as an example"
        return True, f"{agrees.name}, written independently, plays the same game"

    def _is_second_opinion(self, one: Candidate, other: Candidate) -> bool:
        """Whether two programs play alike, and neither is the other's text or its offspring."""
        if _first_name(one) == _first_name(other) or _skeleton(one) == _skeleton(other):
            return False
        return self._plays_as(one, Reference(other.name, other.source))

    def _plays_as(self, candidate: Candidate, reference: Reference) -> bool:
        try:
            return self._verify(candidate.source, reference).passed
        except GameError:  # the other program, this time, failed
            return False

    # --- both ------------------------------------------------------------------------------------

    def _request(
        self,
        messages: tuple[Message, ...],
        stream: str,
        number: int,
        tokens: int,
        grammar: str | None = None,
    ) -> CompletionRequest:
        """Return a request: the first of its kind is the likeliest answer, the others samples."""
        return CompletionRequest(
            messages=messages,
            seed=derive_seed(self.options.seed, stream, number),
            max_tokens=tokens,
            temperature=self.options.temperature if number else 0.0,
            grammar=grammar,
        )

    def _ask_all(
        self, requests: dict[str, CompletionRequest]
    ) -> Generator[tuple[str, str], None, None]:
        """Yield (name, answer) in the order of the requests, each as soon as it can be had.

        The order makes the same search find the same. Answers that are not needed are cut off.
        """
        threads = ThreadPoolExecutor(self.asker.backend.parallel)
        finished = False
        try:
            waiting = {
                name: threads.submit(self.asker.ask, name, request)
                for name, request in requests.items()
            }
            for name, future in waiting.items():
                answer = future.result()
                if answer is not None:
                    yield name, answer.text
            finished = True
        finally:
            if not finished:
                self.asker.cut_off()
            threads.shutdown(wait=True, cancel_futures=True)
            self.asker.go_on()

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
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return candidate.source
