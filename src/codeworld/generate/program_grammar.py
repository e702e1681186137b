"""A grammar that holds a model to the shape of a game program.

A small model goes on with the rules instead of writing a program, stops in a docstring, forgets a
function of the contract, or closes the wrong bracket. What this grammar lets through is a fenced
block of Python with every required function once, in the order of the worked examples, with
brackets and quotes closed and lines indented. It knows no expressions: `1 + + ]` is kept out only
for its bracket.
"""

from __future__ import annotations

import json
from functools import cache

from codeworld.contract import CONTRACT
from codeworld.sandbox.library import MODULE_NAMES

_HEADERS = {
    "get_initial_state": "() -> dict:",
    "get_current_player": "(state: dict) -> int:",
    "get_legal_actions": "(state: dict) -> list:",
    "apply_action": "(state: dict, action: str) -> dict:",
    "get_chance_outcomes": "(state: dict) -> list:",
    "get_rewards": "(state: dict) -> list:",
    "get_observations": "(state: dict) -> list:",
    "resample_history": "(obs_action_history: list, player_id: int) -> list:",
    "get_all_actions": "() -> list:",
}
"""Functions of the contract with their parameters, in the order of the worked examples."""

_ALWAYS = {function.name for function in CONTRACT if function.required} | {"get_all_actions"}
_DEEPEST = 6
"""Levels of indentation."""

_LINES = r"""
free ::= "\n" | import | constant | remark | helper
import ::= ("import " module | "from " module " import " [a-zA-Z_, ]+) "\n"
constant ::= [A-Z] [A-Z0-9_, ]* "= " part* end
remark ::= "# " [^\n]{1,100} "\n"
comment ::= "# " [^\n]{1,80}
helper ::= "def " name "(" [a-zA-Z0-9_:,= ]* ")" (" -> " [a-z]+)? ":\n" block-1
name ::= [b-fh-qs-z_] [a-z0-9_]* | "a" [a-oq-z_] [a-z0-9_]* | [gr] [a-df-z_] [a-z0-9_]*
first ::= [a-zA-Z_*] | group
end ::= comment? "\n"
part ::= [^()\[\]{}"'#:;\\\n] | string | group
group ::= "(" inner* ")" | "[" inner* "]" | "{" inner* "}"
inner ::= part | ":" | end
string ::= "\"" ([^"\\\n] | "\\" [^\n])* "\"" | "'" ([^'\\\n] | "\\" [^\n])* "'"
docstring ::= "\"\"\"" [^"\\\n]{1,100} "\"\"\"\n"
"""
"""What a program consists of. The names of functions of its own do not begin with `ap`, `ge` or
`re`: the functions of the contract do, and each has its place."""


@cache
def program_grammar() -> str:
    """Return the grammar, in llama.cpp's GBNF notation."""
    functions = " ".join(_function(name) for name in _HEADERS)
    modules = " | ".join(json.dumps(name) for name in sorted(MODULE_NAMES))
    return "\n".join(
        [
            f'root ::= "```python\\n" free* {functions} "```"',
            f"module ::= {modules}",
            *(_block(depth) for depth in range(1, _DEEPEST + 1)),
            _LINES,
        ]
    )


def _function(name: str) -> str:
    function = f'{json.dumps(f"def {name}{_HEADERS[name]}")} "\\n" block-1 free*'
    return function if name in _ALWAYS else f"({function})?"


def _block(depth: int) -> str:
    """Return the rule of a block of lines, and that of one of its lines with what is below it."""
    indent = json.dumps("    " * depth)
    below = f' | ":" " "* (end block-{depth + 1} | first part* end)' if depth < _DEEPEST else ""
    return (
        f"block-{depth} ::= ({indent} (docstring | remark))* line-{depth} "
        f'("\\n"? (line-{depth} | {indent} remark))*\n'
        f"line-{depth} ::= {indent} first part* (end{below})"
    )
