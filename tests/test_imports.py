"""Imports go down the list of rooms only, and `import codeworld` stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import codeworld

ROOT = Path(codeworld.__file__).parent
ROOMS = (
    "errors",
    "seeding",
    "contract",
    "schema",
    "spec",
    "sandbox",
    "games",
    "envs",
    "games.families",
    "verify",
    "generate",
    "corpus",
    "cli",
)
HEAVY = ("torch", "transformers", "trl", "peft", "xllamacpp", "pygame", "PIL", "pyspiel", "typer")


def imports(path):
    """Yield the codeworld rooms that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            module = node.module or ""
            names = [module]
            if module == "codeworld":
                names = [f"codeworld.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("codeworld."):
                yield room_of(name.removeprefix("codeworld."))


def room_of(module):
    """Return the room of a module; that of families lies above the rest of its package."""
    return "games.families" if module.startswith("games.families") else module.split(".")[0]


def modules():
    """Yield (room, path) of every module. Programs of curated games are data, not modules."""
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        if path.name != "game.py" and len(relative.parts) + (path.name != "__init__.py") > 1:
            yield room_of(".".join(relative.with_suffix("").parts)), path


def test_every_room_is_listed():
    assert {room for room, _ in modules()} == set(ROOMS)


def test_imports_go_down_the_list_only():
    wrong = [
        f"{path.relative_to(ROOT)} imports codeworld.{used}"
        for room, path in modules()
        for used in imports(path)
        if ROOMS.index(used) > ROOMS.index(room)
    ]
    assert wrong == []


def test_import_stays_light():
    program = f"import sys, codeworld; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []


def test_the_public_names_exist():
    assert [name for name in codeworld.__all__ if not hasattr(codeworld, name)] == []
