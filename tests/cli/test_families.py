"""The `codeworld families` command."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from codeworld.cli import app
from codeworld.games import families

WIDE = {"COLUMNS": "300"}


def run(*arguments):
    return CliRunner().invoke(app, ["families", *map(str, arguments)], env=WIDE)


def test_list_has_a_line_for_every_family():
    result = run("list")
    assert result.exit_code == 0
    for name in families.names():
        family = families.load(name)
        (line,) = re.findall(rf"^{name} .*$", result.output, re.MULTILINE)
        assert family.kind in line
        assert ("validation" in line) == family.held_back
    assert f"{len(families.names())} families" in result.output


def test_show_has_parameters_with_reasons():
    result = run("show", "subtraction")
    assert result.exit_code == 0
    assert "a whole number from 8 to 60" in result.output
    assert families.load("subtraction").sheet.parameters[0].why in result.output
    assert "get_legal_actions" not in result.output


def test_show_has_the_task_of_a_seed():
    result = run("show", "subtraction", "--seed", 7)
    task = families.sample("subtraction", 7)
    assert task.label in result.output
    assert "def get_legal_actions" in result.output
    assert " ".join(task.rules.split())[:40] in " ".join(result.output.split())


def test_export_prints_the_path(tmp_path):
    result = run("export", tmp_path / "corpus", "--count", 3, "--family", "subtraction")
    path = tmp_path / "corpus" / "train.jsonl"
    assert result.exit_code == 0
    assert result.stdout.strip() == str(path)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["family"] for row in rows] == ["subtraction"] * 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "subtractoin"), "did you mean subtraction"),
        (("export", "{}", "--split", "test"), "there are train, validation"),
        (("export", "{}", "--family", "none"), "no family is called 'none'"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, arguments, said):
    result = run(*(argument.format(tmp_path) for argument in arguments))
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())


def test_export_refuses_no_tasks(tmp_path):
    assert run("export", tmp_path, "--count", 0).exit_code == 2
