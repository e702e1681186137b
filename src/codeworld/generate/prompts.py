"""What a model is told: to adapt a known game's constants, to write a program, to mend one."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence

from codeworld.generate.backend import Message
from codeworld.generate.extraction import mentions
from codeworld.generate.rule_facts import read_facts
from codeworld.generate.worked_examples import ConstantValue, WorkedExample

_ADAPT = (
    "You read the rules of board, card and dice games. For each rules text you write the values "
    "that are asked for, as the text states them, one NAME = VALUE a line, and nothing else."
)

_WRITE = """\
You write games as small Python programs. The program has these module-level functions:
- get_initial_state() -> dict of plain values
- get_current_player(state) -> int: 0, 1, ...; -1 where chance moves; -4 when the game is over
- get_legal_actions(state) -> list of str; the outcomes where chance moves; [] when it is over
- apply_action(state, action) -> a new state; it never changes the state that it is given
- get_rewards(state) -> list of float, one for each player: the return so far
- get_observations(state) -> list, one for each player: what that player may know
- get_chance_outcomes(state) -> list of (outcome, probability), if there is chance
- resample_history(obs_action_history, player_id) -> list of actions, if something is hidden
- get_all_actions() -> list of all actions of the players
The numbers that the rules state are named constants at the top. Only the standard library. \
Actions are spelt exactly as the rules say. Answer with one Python code block and nothing else."""

_SPELLINGS = 6
"""Spellings of actions that are repeated after a text."""


def adaptation_messages(rules: str, example: WorkedExample) -> tuple[Message, ...]:
    """Return the conversation that asks for a known game's settings in other rules."""
    asked = "".join(f"{name}: {meaning}\n" for name, meaning in example.meanings.items())
    return (
        Message("system", _ADAPT),
        Message("user", _ask(example.wordings[0], asked)),
        Message("assistant", write_values(example.settings)),
        Message("user", _ask(rules, asked)),
    )


def _ask(rules: str, asked: str) -> str:
    return f"{rules.strip()}\n\nWrite the values:\n{asked}"


def write_values(values: Mapping[str, ConstantValue]) -> str:
    """Return settings as the model is to write them."""
    return "".join(f"{name} = {value!r}\n" for name, value in values.items())


def values_grammar(example: WorkedExample, numbers: Iterable[float]) -> str:
    """Return a GBNF grammar of a known game's settings, one a line.

    Args:
        example: the known game. A setting with choices is one of them.
        numbers: the numbers that other settings may be; their known values may stay, too.
    """
    choices = {parameter.name: parameter.choices for parameter in example.parameters}
    rules = {
        name: _any_of(choices[name]) if choices.get(name) else _rule(value, numbers)
        for name, value in example.settings.items()
    }
    lines = [f'{json.dumps(f"{name} = ")} {rule} "\\n"' for name, rule in rules.items()]
    return f"root ::= {' '.join(lines)}"


def _rule(value: ConstantValue, numbers: Iterable[float]) -> str:
    if isinstance(value, bool):
        return _any_of([True, False])
    if not isinstance(value, tuple):
        return _any_of([value, *_like(value, numbers)])
    item = f"({' | '.join(_rule(one, numbers) for one in dict.fromkeys(value))})"
    more = f'(", " {item})+ ")"' if len(value) > 1 else '",)"'
    return f'"(" {item} {more}'


def _like(value: ConstantValue, numbers: Iterable[float]) -> list[ConstantValue]:
    """Return the numbers that a constant of this kind may be."""
    if isinstance(value, float):
        return list(numbers)
    return [int(number) for number in numbers if number.is_integer()]


def _any_of(values: Iterable[ConstantValue]) -> str:
    return f"({' | '.join(json.dumps(repr(value)) for value in dict.fromkeys(values))})"


def writing_messages(rules: str, example: WorkedExample | None) -> tuple[Message, ...]:
    """Return the conversation that asks for a whole program, with a worked example."""
    messages = [Message("system", _WRITE)]
    if example is not None:
        messages.append(Message("user", _ask_for_program(example.wordings[0])))
        messages.append(Message("assistant", f"```python\n{shorten(example.source)}\n```"))
    messages.append(Message("user", _ask_for_program(rules)))
    return tuple(messages)


def _ask_for_program(rules: str) -> str:
    """Return a text with what it states for certain once more, where a small model looks last."""
    facts = read_facts(rules)
    asked = "Write the program"
    if facts.players is not None:
        asked += f" for {facts.players} players"
    spellings = (*facts.templates, *facts.examples)[:_SPELLINGS]
    if spellings:
        asked += f". Actions are spelt like {', '.join(f'`{one}`' for one in spellings)}"
    return f"{rules.strip()}\n\n{asked}."


def shorten(source: str) -> str:
    """Return a program without what a model need not write.

    That are its docstring, with which small models go on as if it were the rules, and the functions
    for human readers, if nothing else calls them.
    """
    module = ast.parse(source)
    kept = module.body[1:] if ast.get_docstring(module) is not None else module.body
    for name in ("render", "get_player_name"):
        others = [one for one in kept if getattr(one, "name", None) != name]
        if not any(mentions(one, name) for one in others):
            kept = others
    lines = source.splitlines()
    for statement in reversed([one for one in module.body if one not in kept]):
        del lines[statement.lineno - 1 : statement.end_lineno]
    return "\n".join(lines).strip()


def mending_messages(rules: str, source: str, problems: Sequence[str]) -> tuple[Message, ...]:
    """Return the conversation that asks to mend a program, with what is wrong with it."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    return (
        *writing_messages(rules, None),
        Message("assistant", f"```python\n{source.strip()}\n```"),
        Message(
            "user",
            f"This program is not right yet:\n{listed}\n\nWrite the whole program again, mended, "
            "in one Python code block.",
        ),
    )
