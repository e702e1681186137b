"""`codeworld models`, as a person types it, with a model of a few bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from codeworld.cli import app, models
from codeworld.generate import models as table
from codeworld.generate.models import MODELS

CONTENT = b"a model" * 1000


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run `codeworld models` on a table with one small model; return status and output."""
    row = dataclasses.replace(
        MODELS[0],
        name="tiny",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        num_bytes=len(CONTENT),
        wheels=None,
    )
    monkeypatch.setattr(table, "MODELS", (row,))
    monkeypatch.setattr(models, "MODELS", (row,))
    monkeypatch.setenv("CODEWORLD_MODELS", str(tmp_path / "store"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        result = CliRunner().invoke(app, ["models", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_a_model_is_listed_pulled_and_found(run, tmp_path):
    status, output = run("list")
    assert status == 0
    assert output.splitlines()[1].split() == ["tiny", "0", "Apache-2.0", "no"]
    status, output = run("path", "tiny")
    assert status == 1
    assert "codeworld models pull tiny" in output
    file = tmp_path / "file.gguf"
    file.write_bytes(CONTENT)
    status, output = run("pull", "tiny", "--from", str(file))
    assert status == 0
    path = output.splitlines()[-1]
    assert "checking its hash: 100 %" in output
    assert run("path", "tiny") == (0, f"{path}\n")
    assert run("list")[1].splitlines()[1].split()[-1] == "yes"


def test_a_model_that_cannot_be_had_exits_with_the_reasons(run):
    status, output = run("pull", "tiny")
    assert status == 1
    assert "DownloadError" in output
    assert "127.0.0.1" in output
    status, output = run("pull", "other")
    assert status == 1
    assert "no model is called 'other'" in output


def test_progress_is_a_line_every_ten_percent_without_a_terminal():
    console = Console(file=io.StringIO(), width=100)
    with models.show_progress(console) as told:
        for done in range(1001):
            told("fetching", done, 1000)
    lines = console.file.getvalue().splitlines()
    assert lines == [f"fetching: {percent} %" for percent in range(0, 101, 10)]
