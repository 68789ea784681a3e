"""Measure lrkit against its peers and print the table: ``python benchmarks/run.py --help``."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from measure import Costs, Row, measure
from rows import ROWS

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
HEAD = ["row", "lrkit", "peer", "ratio (p10–p90)", "must be", "stretch", "verdict"]


def main() -> None:
    """The command."""
    options = read_arguments()
    chosen = [row for row in ROWS if not options.rows or row.name.startswith(tuple(options.rows))]
    costs, tools = measure_here([row for row in chosen if not missing(row)])
    if options.json:
        print(json.dumps([costs, tools]))
        return
    elsewhere = [row.name for row in chosen if missing(row) == ["mindspore"]]
    if elsewhere and options.mindspore_python:
        more_costs, more_tools = measure_elsewhere(options.mindspore_python, elsewhere)
        costs, tools = costs | more_costs, [*tools, *(f"against MindSpore: {tool}" for tool in more_tools)]
    lines = [row.cells(costs[row.name]) for row in chosen if row.name in costs]
    report = f"{'; '.join([cpu(), *tools])}.\n\n{table(lines)}"
    print(report)
    for row in chosen:
        if row.name not in costs:
            print(f"skipped {row.name}: {' and '.join(missing(row))} cannot be imported", file=sys.stderr)
    if options.write:
        write(report, complete=len(lines) == len(ROWS))


def read_arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description="Measure lrkit against its peers and print the table.")
    parser.add_argument("rows", nargs="*", help="rows to measure, by the start of their names; by default all")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--mindspore-python", metavar="PATH", help="a Python that has MindSpore, for its rows")
    parser.set_defaults(mindspore_python=os.environ.get("MINDSPORE_PYTHON"))
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for start in options.rows:
        if not any(row.name.startswith(start) for row in ROWS):
            parser.error(f"no row starts with {start!r}; there are {', '.join(row.name for row in ROWS)}")
    return options


def missing(row: Row) -> list[str]:
    """The packages that a row needs and this interpreter does not have."""
    return [name for name in row.needs if find_spec(name) is None]


def measure_here(rows: Sequence[Row]) -> tuple[dict[str, Costs], list[str]]:
    """The costs of rows, by name, and what they were measured with."""
    costs = {}
    for row in rows:
        print(row.name, file=sys.stderr)
        costs[row.name] = measure(row)
    packages = dict.fromkeys(["numpy", *(name for row in rows for name in row.needs)])
    versions = (f"{package} {importlib.metadata.version(package)}" for package in packages)
    return costs, [", ".join([f"Python {platform.python_version()}", *versions])] if rows else []


def measure_elsewhere(python: str, names: Iterable[str]) -> tuple[dict[str, Costs], list[str]]:
    """The same, from this program run by another interpreter."""
    path = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    command = [python, str(HERE / "run.py"), "--json", *names]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True, check=True)
    costs, tools = json.loads(done.stdout.splitlines()[-1])
    return costs, tools


def cpu() -> str:
    """The processor's name and its number of cores."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(names, platform.processor() or platform.machine())}, {os.cpu_count()} cores"


def table(lines: Iterable[list[str]]) -> str:
    """Lines of cells as a Markdown table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [HEAD, ["---"] * len(HEAD), *lines])


def write(report: str, *, complete: bool) -> None:
    """The report between the two marks in README.md."""
    if not complete:
        sys.exit("--write: README.md takes a table of all rows only; nothing is written")
    readme = HERE / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n\n{report}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
