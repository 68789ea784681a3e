"""Measure lrkit against its peers and print the table: ``python benchmarks/run.py --help``."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measure import Costs, Row, measure
from rows import ROWS

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
HEAD = ("row", "lrkit", "peer", "ratio (p10–p90)", "must be", "stretch", "verdict")


def main() -> None:
    """The command."""
    options = read_arguments()
    chosen = [row for row in ROWS if not options.rows or row.name.startswith(tuple(options.rows))]
    here = [row for row in chosen if not missing(row)]
    costs = {row.name: measure_aloud(row) for row in here}
    machines = [describe(here)]
    if options.json:
        sys.stdout.write(json.dumps([costs, machines]) + "\n")
        return
    there = [row.name for row in chosen if missing(row) == ["mindspore"]]
    if there and options.mindspore_python:
        more_costs, more_machines = measure_elsewhere(options.mindspore_python, there)
        costs |= more_costs
        machines += more_machines
    report = f"{cpu()}; {'; '.join(machines)}.\n\n{table([row for row in chosen if row.name in costs], costs)}"
    sys.stdout.write(report)
    for row in chosen:
        if row.name not in costs:
            sys.stderr.write(f"skipped {row.name}: {', '.join(missing(row))} cannot be imported here\n")
    if options.write:
        if len(costs) < len(ROWS):
            sys.exit("--write: the table in README.md needs every row; nothing is written")
        write(report)


def read_arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description="Measure lrkit against its peers and print the table.")
    parser.add_argument("rows", nargs="*", help="rows to measure, by the start of their names; by default all")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument(
        "--mindspore-python",
        metavar="PATH",
        default=os.environ.get("MINDSPORE_PYTHON"),
        help="a Python that has MindSpore, for its rows; by default $MINDSPORE_PYTHON",
    )
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in options.rows:
        if not any(row.name.startswith(name) for row in ROWS):
            parser.error(f"no row starts with {name!r}; there are {', '.join(row.name for row in ROWS)}")
    return options


def missing(row: Row) -> list[str]:
    """The packages that a row needs and this interpreter does not have."""
    return [name for name in row.needs if find_spec(name) is None]


def measure_aloud(row: Row) -> Costs:
    """The row's costs; its name goes to stderr first, for whoever waits."""
    sys.stderr.write(f"{row.name}\n")
    return measure(row)


def measure_elsewhere(python: str, names: Sequence[str]) -> tuple[dict[str, Costs], list[str]]:
    """The costs of rows, and what measured them, from this same program run by another interpreter."""
    path = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    command = [python, str(HERE / "run.py"), "--json", *names]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True, check=True)
    costs, machines = json.loads(done.stdout.splitlines()[-1])
    return costs, machines


def describe(rows: Sequence[Row]) -> str:
    """The versions of Python and of all that the rows need."""
    packages = dict.fromkeys(["numpy", *(name for row in rows for name in row.needs)])
    return ", ".join([f"Python {platform.python_version()}", *(f"{p} {importlib.metadata.version(p)}" for p in packages)])


def cpu() -> str:
    """The processor's name and its number of cores."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def table(rows: Sequence[Row], costs: dict[str, Costs]) -> str:
    """The costs as a Markdown table."""
    lines = [HEAD, ["---"] * len(HEAD), *(row.cells(costs[row.name]) for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def write(report: str) -> None:
    """The report between the two marks in README.md."""
    readme = HERE / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
