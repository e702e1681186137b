"""Exports: rows, forms, going on after a break, and tasks that are not right."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import datasets
import pytest
import tokenizers
import transformers

from codeworld import corpus
from codeworld.corpus import ExportOptions, FileFormat, TokenCounter, export_tasks
from codeworld.corpus.verified_task import verify_task
from codeworld.errors import BackendError, CorpusError, ParameterError, UnknownGameError
from codeworld.games import families

FAMILIES = ("nim", "subtraction")
FEW = ExportOptions(6, families=FAMILIES)


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_rows_make_their_tasks_again(tmp_path):
    path = export_tasks(tmp_path, FEW)
    rows = rows_of(path)
    assert path.name == "train.jsonl"
    assert [row["index"] for row in rows] == list(range(6))
    for row in rows:
        task = families.find(row["task"])
        assert (task.rules, task.source, task.title) == (row["rules"], row["source"], row["title"])
        assert row["source_sha256"] == hashlib.sha256(task.source.encode()).hexdigest()
        assert json.loads(row["parameters"]).keys() == task.parameters.keys()
        assert row["split"] == "train"
        assert not row["verified"]
        assert row["source_tokens"] is None
    assert {row["family"] for row in rows} <= set(FAMILIES)


@pytest.mark.parametrize("form", FileFormat)
def test_datasets_reads_both_forms(tmp_path, form):
    path = export_tasks(tmp_path / "a", FEW, form)
    kind = {"jsonl": "json"}.get(form, form)
    read = datasets.load_dataset(
        kind, data_files=str(path), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert list(read["task"]) == [row["task"] for row in rows_of(export_tasks(tmp_path, FEW))]
    assert not list(tmp_path.glob("a/*.part"))


def test_a_broken_export_goes_on_behind_its_last_whole_row(tmp_path):
    whole = export_tasks(tmp_path / "whole", FEW).read_text()

    def stop(done):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tasks(tmp_path, FEW, on_row=stop)
    part = tmp_path / "train.jsonl.part"
    assert part.read_text() == "".join(whole.splitlines(keepends=True)[:3])
    with part.open("a") as file:
        file.write('{"index": 3, "ta')
    told = []
    assert export_tasks(tmp_path, FEW, on_row=told.append).read_text() == whole
    assert told == [3, 4, 5, 6]
    assert not part.exists()


def test_a_broken_export_with_other_options_is_kept(tmp_path):
    def stop(done):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_tasks(tmp_path, FEW, on_row=stop)
    with pytest.raises(CorpusError, match="seed was 0"):
        export_tasks(tmp_path, dataclasses.replace(FEW, seed=1))
    assert (tmp_path / "train.jsonl.part").exists()
    more = dataclasses.replace(FEW, count=8)
    assert len(rows_of(export_tasks(tmp_path, more))) == 8


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (ExportOptions(2, families=("nimm",)), UnknownGameError),
        (ExportOptions(2, split="test"), ParameterError),  # type: ignore[arg-type]
        (ExportOptions(2, tokenizer="/no/such/model"), BackendError),
    ],
)
def test_options_that_are_wrong(tmp_path, options, error):
    with pytest.raises(error):
        export_tasks(tmp_path, options)


def test_verified_tasks(tmp_path):
    options = ExportOptions(3, families=FAMILIES, verify=True)
    rows = rows_of(export_tasks(tmp_path, options, workers=2))
    assert [row["verified"] for row in rows] == [True] * 3
    unverified = rows_of(export_tasks(tmp_path / "plain", ExportOptions(3, families=FAMILIES)))
    assert [row["task"] for row in rows] == [row["task"] for row in unverified]


def test_a_task_that_is_not_right_ends_the_export(tmp_path, monkeypatch):
    good = families.sample("subtraction", 1)
    bad = dataclasses.replace(good, source=good.source.replace("1.0", "2.0"))
    assert verify_task(good).passed
    assert "returns" in verify_task(bad).failures
    monkeypatch.setattr(families, "stream", lambda *_: iter([good, bad, good]))
    with pytest.raises(CorpusError, match="subtraction:1 does not pass"):
        export_tasks(tmp_path, ExportOptions(3, verify=True))
    assert len(rows_of(tmp_path / "train.jsonl.part")) == 1


def test_tokens_are_those_of_the_model(tmp_path):
    vocabulary = {"[unknown]": 0, "take": 1, "two": 2, "stones": 3}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, "[unknown]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    fast.save_pretrained(tmp_path / "words")
    counter = TokenCounter(str(tmp_path / "words"))
    assert counter.count("take two stones") == 3
    assert counter.count("") == 0
    options = dataclasses.replace(FEW, tokenizer=str(tmp_path / "words"))
    row = rows_of(export_tasks(tmp_path, options))[0]
    assert row["rules_tokens"] == counter.count(row["rules"])
    assert row["tokenizer"] == options.tokenizer


@pytest.mark.slow
def test_tokens_of_the_embedded_model():
    assert TokenCounter("qwen2.5-coder-0.5b").count("def get_initial_state():") == 5


def test_public_names_exist():
    assert [name for name in corpus.__all__ if not hasattr(corpus, name)] == []
