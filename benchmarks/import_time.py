"""How long `import codeworld` takes, and whether it stays free of heavy packages.

Each measurement is a fresh interpreter; `import pettingzoo` and an empty program are measured in
between, since codeworld cannot be faster than what it stands on.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

PROGRAMS = {
    "nothing": "pass",
    "import pettingzoo": "import pettingzoo",
    "import codeworld": "import codeworld",
}
HEAVY = ("torch", "transformers", "pygame", "PIL", "matplotlib", "pyspiel", "xllamacpp")
REPEATS = 9


def seconds(program: str) -> float:
    """Return the wall time of one fresh interpreter that runs a program."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - start


def heavy_packages() -> list[str]:
    """Return the heavy packages that `import codeworld` imports."""
    program = f"import sys, codeworld; print([p for p in {HEAVY!r} if p in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return list(json.loads(answer.stdout.replace("'", '"')))


def main() -> None:
    """Measure and print a table."""
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(REPEATS):
        for name, program in PROGRAMS.items():
            times[name].append(seconds(program))
    table = Table("program", "median, s", title="Import time, fresh interpreters")
    for name, values in times.items():
        table.add_row(name, f"{statistics.median(values):.3f}")
    console = Console()
    console.print(table)
    console.print(f"heavy packages imported: {heavy_packages() or 'none'}")


if __name__ == "__main__":
    main()
