"""``lrkit table``: every rate exactly, however many there are, and whoever stops reading."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys

import matplotlib as mpl
import pytest
from command import COSINE, JOINED, Run
from processes import LIMIT, shell, started

mpl.use("Agg")


import lrkit
from lrkit.cli.table import BLOCK, FIRST


@pytest.mark.parametrize("expression", [JOINED, "ExponentialDecayLR(0.1, 0.9, 3)", "ScaleLR(TableLR([1e-320, 3]), -1)"])
def test_a_table_holds_every_rate_exactly(run: Run, expression: str) -> None:
    schedule = lrkit.parse(expression)
    rates = [schedule(step).hex() for step in range(150)]
    rows = list(csv.reader(io.StringIO(run("table", expression, "--steps", "150").out)))
    assert rows[0] == ["step", "learning_rate"]
    assert [int(step) for step, _ in rows[1:]] == list(range(150))
    assert [float(rate).hex() for _, rate in rows[1:]] == rates
    read = json.loads(run("table", expression, "--steps", "150", "--format", "json").out)
    assert [rate.hex() for rate in read["learning_rate"]] == rates
    assert lrkit.from_json(json.dumps(read["schedule"])) == schedule


def test_a_table_is_as_long_as_the_schedule_is_interesting(run: Run) -> None:
    rows = run("table", COSINE).out.splitlines()
    assert rows[-1] == f"{lrkit.parse(COSINE).horizon},0.0"


def test_a_table_of_several_blocks(run: Run) -> None:
    total = FIRST + 2 * BLOCK + 3
    rows = run("table", "WarmUpLR(0.1, 200000)", "--steps", str(total)).out.splitlines()
    assert len(rows) == total + 1
    schedule = lrkit.WarmUpLR(0.1, 200_000)
    for step in (0, FIRST - 1, FIRST, FIRST + BLOCK - 1, FIRST + BLOCK, total - 1):
        assert rows[step + 1] == f"{step},{schedule(step)!r}"
    read = json.loads(run("table", "WarmUpLR(0.1, 200000)", "--steps", str(total), "--format", "json").out)
    assert read["learning_rate"] == schedule.to_list(total)


@pytest.mark.parametrize(
    "command", ["table 'WarmUpLR(0.1, 9)' --steps 300000", "table 'WarmUpLR(0.1, 9)'", "list", "plot"]
)
def test_a_reader_that_has_seen_enough_is_no_error(command: str) -> None:
    done = shell(f"lrkit {command} | head -1; lrkit {command} | (exec <&-; sleep 0.7)")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_full_disk_is_one_line() -> None:
    for command in ("table 'WarmUpLR(0.1, 9)'", "list"):
        done = shell(f"lrkit {command} > /dev/full")
        assert done.returncode == 2
        assert done.stderr == "lrkit: [Errno 28] No space left on device\n"


def test_an_interrupt_ends_the_longest_table_with_one_line() -> None:
    """It has 2**53 rows, which must not be laid out beforehand."""
    command = [sys.executable, "-m", "lrkit", "table", "HoldLR(WarmUpLR(0.1, 9), 9007199254740992)"]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(3)] == ["step,learning_rate\n", "0,0.0\n", f"1,{0.1 / 9}\n"]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert err.split("\n") == ["", "lrkit: interrupted", ""]  # click ends the line that shows ^C
