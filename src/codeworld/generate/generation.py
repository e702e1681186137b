"""make_from_rules: from rules in plain words to a verified environment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from codeworld.envs.aec import GameEnv
from codeworld.envs.make import Isolation, make_from_source
from codeworld.envs.options import EnvOptions
from codeworld.errors import GenerationError, RulesTextError
from codeworld.generate.asking import Asker, OnText, Spent
from codeworld.generate.backend import Backend
from codeworld.generate.candidate import Candidate
from codeworld.generate.examples import ExampleIndex, whole_index
from codeworld.generate.open_backend import open_backend
from codeworld.generate.options import GenerationOptions
from codeworld.generate.run_folder import RunFolder, runs_folder
from codeworld.generate.search import OnCandidate, Search
from codeworld.verify import Reference, Verifier, shared_verifier

_LONGEST_RULES = 200_000


@dataclass(frozen=True, slots=True)
class Generation:
    """How a search ended.

    Attributes:
        candidates: every program that was proposed, best first.
        spent: what it cost.
        folder: where all of it is written down.
    """

    candidates: tuple[Candidate, ...]
    spent: Spent
    folder: Path

    @property
    def accepted(self) -> Candidate | None:
        """The candidate that was accepted; None if none was."""
        best = self.candidates[0] if self.candidates else None
        return best if best is not None and best.accepted else None


def generate(
    rules: str,
    backend: Backend,
    *,
    options: GenerationOptions | None = None,
    reference: str | Reference | None = None,
    folder: Path | None = None,
    verifier: Verifier | None = None,
    index: ExampleIndex | None = None,
    on_text: OnText = lambda name, piece: None,
    on_candidate: OnCandidate = lambda candidate: None,
) -> Generation:
    """Search for a program that plays a rules text.

    Args:
        rules: the complete rules in plain words.
        backend: the model that reads and writes.
        options: how to search.
        reference: what the program must play like, where that is known.
        folder: where to write everything down. A search that was broken off goes on from there.
        verifier: whose workers judge; the process's own by default.
        index: known games; all of the training split and the families by default.
        on_text: told what the model writes, piece by piece, from several threads.
        on_candidate: told every candidate, once it is judged.

    Raises:
        RulesTextError: if the text is empty, or too long to be rules.
        RunFolderError: if the folder cannot be written.
        BackendError: if the model cannot answer.
    """
    check_rules(rules)
    options = options or GenerationOptions()
    index = index or whole_index()  # before the clock of the budget starts
    run = RunFolder(folder or runs_folder() / run_name(rules, backend.name, options))
    asker = Asker(backend, run, seconds=options.seconds, tokens=options.tokens, on_text=on_text)
    search = Search(
        rules=rules,
        asker=asker,
        verifier=verifier or shared_verifier(),
        folder=run,
        options=options,
        reference=reference,
        index=index,
        on_candidate=on_candidate,
    )
    try:
        candidates = search.run()
        return Generation(candidates, asker.spent, run.path)
    finally:
        asker.close()


def check_rules(rules: str) -> None:
    """Refuse a text that cannot be the rules of a game.

    Raises:
        RulesTextError: saying why.
    """
    if not isinstance(rules, str):
        raise RulesTextError(f"the rules are a text, not {type(rules).__name__}; give a str")
    try:
        rules.encode()
    except UnicodeEncodeError as error:
        raise RulesTextError(
            f"character {error.start} of the rules text is half a character; read the file as UTF-8"
        ) from error
    if len(rules.split()) < 5:
        raise RulesTextError(
            "the rules text is empty, or too short to be the rules of a game; give the complete "
            "rules: players, setup, turns, actions and how they are written, end, rewards"
        )
    if len(rules) > _LONGEST_RULES:
        raise RulesTextError(
            f"the rules text has {len(rules)} characters, more than {_LONGEST_RULES}: no model "
            "reads that at once; give the rules of one game only"
        )


def run_name(rules: str, model: str, options: GenerationOptions) -> str:
    """Return the name of a run's folder: equal for equal tasks, so that a broken run goes on."""
    task = repr((rules, model, sorted(asdict(options).items())))
    return hashlib.sha256(task.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def make_from_rules(
    rules: str,
    *,
    model: str | Backend | None = None,
    adapter: str | Path | None = None,
    base_url: str | None = None,
    num_candidates: int = 8,
    refine_rounds: int = 1,
    seed: int = 0,
    seconds: float | None = None,
    tokens: int | None = None,
    reference: str | Reference | None = None,
    folder: str | Path | None = None,
    isolation: Isolation = "process",
    on_candidate: Callable[[Candidate], None] = lambda candidate: None,
    **env_options: Any,
) -> GameEnv:
    """Return the environment of a game that is given by its rules in plain words.

    A language model reads the rules and proposes programs. Each runs in isolated workers only and
    is verified; the first that passes every check, and that something besides the model's own word
    confirms, becomes the environment: `env.unwrapped.source` is its program and
    `env.unwrapped.report` says what was verified. Without a reference nobody can prove that it is
    the game that was meant, and the report says so.

    Args:
        rules: the complete rules.
        model: which model: a name of the model store, `openai:NAME`, `hf:REPOSITORY_OR_PATH`,
            `gguf:PATH`, or an open backend; the embedded default if not given.
        adapter: a LoRA adapter for it.
        base_url: address of an OpenAI-compatible server.
        num_candidates: how many whole programs to ask for at most; see `GenerationOptions`.
        refine_rounds: how often the best failures go back to the model.
        seed: decides every sample and every check.
        seconds: wall-clock time for the search; None for no limit.
        tokens: tokens that the model may write; None for no limit.
        reference: what the program must play like: the name of a curated game, or a trusted
            program's text.
        folder: where to write everything down; by default a folder of the user's for this task.
            The same call goes on where a broken one ended.
        isolation: where the environment's program runs.
        on_candidate: told every candidate, once it is judged.
        **env_options: fields of `EnvOptions`.

    Raises:
        GenerationError: if no candidate is good enough. It carries all of them.
        RulesTextError: if the text cannot be rules.
        RunFolderError: if the folder cannot be written.
        BackendError: if the model cannot answer.
        UnknownModelError, DownloadError: if there is no such model, or it cannot be fetched.
        SandboxUnavailableError: if this machine cannot isolate workers strongly.
    """
    check_rules(rules)
    replace(EnvOptions(), **env_options)  # refuses a wrong one before the model is asked
    options = GenerationOptions(
        num_candidates=num_candidates,
        refine_rounds=refine_rounds,
        seed=seed,
        seconds=seconds,
        tokens=tokens,
    )
    with ExitStack() as opened:  # a backend that the caller opened stays open
        if model is None or isinstance(model, str):
            path = Path(adapter) if adapter else None
            model = opened.enter_context(open_backend(model, adapter=path, base_url=base_url))
        found = generate(
            rules,
            model,
            options=options,
            reference=reference,
            folder=Path(folder) if folder else None,
            on_candidate=on_candidate,
        )
    return make_env(found, isolation=isolation, **env_options)


def make_env(found: Generation, *, isolation: Isolation = "process", **options: Any) -> GameEnv:
    """Return the environment of an accepted candidate.

    Raises:
        GenerationError: if none was accepted.
    """
    accepted = found.accepted
    if accepted is None:
        raise GenerationError(_failure(found), found.candidates, found.folder)
    env = make_from_source(accepted.source, isolation=isolation, **options)
    env.report = accepted.report
    return env


def _failure(found: Generation) -> str:
    if not found.candidates:
        return (
            "the model proposed no program within its budget; allow more seconds or tokens. "
            f"What there is lies in {found.folder}"
        )
    best = found.candidates[0]
    problems = best.failures or (f"nothing confirms it: {best.why}",)
    listed = "\n".join(f"  {problem}" for problem in problems[:5])
    return (
        f"none of {len(found.candidates)} candidates is good enough to be passed off as this game. "
        f"The best, {best.name} ({best.about}):\n{listed}\nAll are in {found.folder}; try a larger "
        "model, more candidates, or clearer rules"
    )
