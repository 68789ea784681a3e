"""``lrkit watch``: a log that grows between two looks at it, over its plan."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import Run

PLAN = "CosineDecayLR(0, 0.1, 80).warmup(20)"


def rows(steps: range, factor: float = 1.0) -> str:
    import lrkit

    plan = lrkit.CosineDecayLR(0, 0.1, 80).warmup(20)
    return "".join(f"{step},{factor * plan(step)!r},0\n" for step in steps)


@pytest.fixture
def grow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What happens to the log in the sleeps of the command: each writes one text, and the clock goes on by a second."""

    def planned(*changes: str | None) -> None:
        left: Iterator[str | None] = iter(changes)
        clock = [1000.0]

        def sleep(_seconds: float) -> None:
            clock[0] += 1
            change = next(left, None)
            if change is None:
                raise KeyboardInterrupt
            with Path("log.csv").open("a") as file:
                file.write(change)

        monkeypatch.setattr(time, "sleep", sleep)
        monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    return planned


def test_a_picture_for_each_change_until_the_run_has_ended(run: Run, grow: Callable[..., None]) -> None:
    grow("step,lr,loss\n", rows(range(10, 31, 10)), "", rows(range(40, 61, 10)), rows(range(70, 101, 10)))
    done = run("watch", "log.csv", PLAN)
    assert done.code == 0
    assert done.err.splitlines()[:1] == ["lrkit: waiting for log.csv"]
    assert done.out.count("log.csv: table") == 3
    assert "\x1b" not in done.out
    first, second, last = done.out.split("log.csv: table\n")[1:]
    assert "step 30 of 100 (30 %), rate 0.0961" in first
    assert "all 3 rows as planned" in first
    assert "the speed is known when the next row has come" in first
    assert "the run ends at step 100, in 3 s" in second  # 30 steps in the two looks since, 40 to go
    assert "15 steps in a second" in second
    assert last.rstrip().endswith("the run has ended")


def test_what_comes_next_is_told(run: Run, grow: Callable[..., None]) -> None:
    grow("step,lr,loss\n" + rows(range(2, 11, 2)))
    done = run("watch", "log.csv", PLAN)
    assert "cosine decay begins at step 20" in done.out
    assert "the run ends at step 100" in done.out


def test_a_log_that_departs_from_its_plan(run: Run, grow: Callable[..., None]) -> None:
    grow("step,lr,loss\n" + rows(range(10, 101, 10), factor=0.5))
    done = run("watch", "log.csv", PLAN)
    assert done.code == 1
    told = " ".join(done.out.split())
    assert "9 of 10 rows depart from the plan, the first at step 10: logged 0.025, planned 0.05" in told


def test_a_terminal_is_drawn_over(run: Run, grow: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    grow("step,lr,loss\n" + rows(range(10, 31, 10)), rows(range(40, 101, 10)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    done = run("watch", "log.csv", PLAN)
    first, second = done.out.split("\x1b[J")
    height = int(first.rpartition("\x1b[")[2].removesuffix("A"))
    assert height == first.rpartition("\x1b[")[0].count("\n")
    assert "\x1b[36m" in second


@pytest.mark.parametrize("text", ["", "step,loss,x\n1,0.5,0\n", "\0\0\0"])
def test_a_file_without_rates_yet_is_waited_for(run: Run, grow: Callable[..., None], text: str) -> None:
    Path("log.csv").write_text(text)
    grow("")
    done = run("watch", "log.csv", PLAN)
    assert done.code == 0
    assert done.out == ""
    assert done.err.count("lrkit: waiting for rows: ") == 1
