"""The search for a program that plays a rules text: adapt, write, mend, and judge each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

from codeworld.errors import ContextOverflowError
from codeworld.generate.adaptation import (
    Adaptation,
    adapt,
    agrees_with_text,
    parse_values,
    read_off,
)
from codeworld.generate.asking import Asker
from codeworld.generate.backend import CompletionRequest, Message
from codeworld.generate.candidate import Candidate, Origin, rank
from codeworld.generate.examples import ExampleIndex, Nearest, WorkedExample
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
from codeworld.seeding import derive_seed
from codeworld.verify import QUICK, Reference, Report, Verifier
from codeworld.verify.mending import mend_source

_VALUE_TOKENS = 300
_PROBLEMS = 5

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
            for candidate in stage(found):
                found.append(candidate)
                self.folder.add(candidate)
                self.on_candidate(candidate)
                if candidate.accepted:
                    return tuple(sorted(found, key=rank, reverse=True))
        return tuple(sorted(found, key=rank, reverse=True))

    # --- adapting --------------------------------------------------------------------------------

    def _adapt(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """Yield known games of the same kind, with the values that the model reads."""
        if not self.options.adapt:
            return
        for near in self.index.nearest(self.rules):
            if near.same_kind:
                yield from self._adapt_one(near.example)

    def _adapt_one(self, example: WorkedExample) -> Iterator[Candidate]:
        told = read_off(example, self.rules)
        votes: Counter[Adaptation] = Counter()
        asked = 0
        rounds = (1, max(self.options.num_candidates // 2 - 1, 0)) if example.settings else ()
        for count in rounds:
            for answer in self._read_values(example, range(asked, asked + count)):
                votes[answer] += 1
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
                confirmed=confirmed,
                why=why,
            )

    def _read_values(self, example: WorkedExample, numbers: Iterable[int]) -> Iterator[Adaptation]:
        constrained = self.options.grammar and self.asker.backend.supports_grammar
        grammar = values_grammar(example.settings, sorted(read_numbers(self.rules)))
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
        for _, text in self._ask_all(requests):
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
        if not votes[adaptation]:
            return False, "the numbers of the text say so, but the model read others"
        if told is not None:
            if told == adaptation:
                return True, "the model read these values, and they explain the text's numbers best"
            return False, f"the model read these values, but {told} explains the numbers better"
        if 2 * votes[adaptation] > votes.total():
            return True, "the model read these values, and the text states them"
        return False, "the model's answers differ"

    # --- writing and mending ---------------------------------------------------------------------

    def _write(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """Yield whole programs by the model; the first that another one confirms is the last."""
        examples = self._examples()
        requests = {
            f"written-{number}": self._request(
                writing_messages(self.rules, examples), "write", number, self.options.answer_tokens
            )
            for number in range(self.options.num_candidates)
        }
        try:
            yield from self._judge_programs(requests, "written", "by the model", found)
        except ContextOverflowError:
            if not examples:
                raise
            bare = {
                name: replace(request, messages=writing_messages(self.rules, ()))
                for name, request in requests.items()
            }
            yield from self._judge_programs(bare, "written", "by the model, no example", found)

    def _mend(self, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """Yield what the model makes of its best programs, told what is wrong with them."""
        for number in range(self.options.refine_rounds):
            written = [one for one in found if one.origin != "adapted" and one.failures]
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
                if candidate.source
            }
            yield from self._judge_programs(requests, "mended", "told what was wrong", found)

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
    ) -> Iterator[Candidate]:
        sound = [one for one in found if one.origin != "adapted" and one.report.passed]
        for name, text in self._ask_all(requests):
            candidate = self._judge(
                name,
                origin,
                about,
                extract_program(text),
                confirmed=self.reference is not None,
                why="it plays as the reference does" if self.reference else "no other agrees yet",
            )
            if candidate.report.passed and not candidate.confirmed:
                for other in sound:
                    if self._same_game(candidate, other):
                        why = f"{other.name}, written independently, plays the same game"
                        candidate = replace(candidate, confirmed=True, why=why)
                        break
                sound.append(candidate)
            yield candidate

    def _same_game(self, one: Candidate, other: Candidate) -> bool:
        """Whether two programs play alike. Equal texts are no two opinions."""
        if one.source == other.source:
            return False
        reference = Reference(other.name, other.source)
        return self._verify(one.source, reference).passed

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

    def _ask_all(self, requests: dict[str, CompletionRequest]) -> Iterator[tuple[str, str]]:
        """Yield (name, answer) as the answers come; those that are not needed are cut off."""
        threads = ThreadPoolExecutor(self.asker.backend.parallel)
        waiting = {
            threads.submit(self.asker.ask, name, request): name
            for name, request in requests.items()
        }
        finished = False
        try:
            for future in as_completed(waiting):
                answer = future.result()
                if answer is not None:
                    yield waiting[future], answer.text
            finished = True
        finally:
            if not finished:
                self.asker.cut_off()
            threads.shutdown(wait=True, cancel_futures=True)
            self.asker.go_on()

    @property
    def facts(self) -> RuleFacts:
        """What the text states for certain."""
        return read_facts(self.rules)

    def _judge(
        self, name: str, origin: Origin, about: str, source: str, *, confirmed: bool, why: str
    ) -> Candidate:
        report = self._verify(source, self.reference)
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
