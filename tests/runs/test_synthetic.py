"""Logs made up of every schedule that a run could have: how many are answered rightly, and that no claim is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import GOOD, fault, judge
from synthetic_curves import FAMILIES, drawn
from synthetic_logs import OFFSETS, PRECISIONS, SKIPPED, SyntheticLog, all_logs, log_of, synthetic_log

import lrkit

EVERY = 61
"""A prime, so that the logs taken run through all precisions, intervals, conventions and parts of a run."""
LEAST = 0.92
"""Of these few; ``benchmarks/identify.py`` says how many of all, and of which kind the others are."""


def test_most_are_answered_rightly_and_none_is_claimed_wrongly(tmp_path: Path) -> None:
    verdicts = [
        (log, judge(log, lrkit.identify(lrkit.read_log(log.write(tmp_path))))) for log in list(all_logs())[::EVERY]
    ]
    assert not [(log.name, verdict.reason) for log, verdict in verdicts if verdict.word == "wrong"]
    words = Counter(verdict.word for _, verdict in verdicts)
    assert sum(words[word] for word in GOOD) >= LEAST * words.total(), words


@pytest.mark.parametrize(
    "log",
    [
        synthetic_log(
            "tanh", 4, precision="float32", offset=1, seen=0.25
        ),  # its peak is an extreme as sharp as a corner
        synthetic_log("tanh", 1, precision="digits", interval=1, offset=1, seen=0.6),
        synthetic_log("one-cycle", 0, interval=1),  # a single row past its end
        synthetic_log("one-cycle", 0, precision="digits", interval=50, offset=1, seen=0.25),  # ends in the rise
        synthetic_log("one-cycle", 0, precision="digits", interval=1, scale=37, offset=36),  # all turns between epochs
        synthetic_log("one-cycle", 2, interval=1, scale=25, offset=24, seen=0.25),
        synthetic_log("linear + warm-up", 3, precision="float32", interval=1, scale=25, seen=0.25),
        synthetic_log("cosine + warm-up", 3, interval=1, scale=37),  # its warm-up is over before the second row
        synthetic_log("t5", 3, precision="digits", interval=50, offset=1),  # the row after its level touches it
    ],
    ids=lambda log: log.name,
)
def test_kinds_that_are_hard_to_read_are_claimed_rightly(log: SyntheticLog, tmp_path: Path) -> None:
    verdict = judge(log, lrkit.identify(lrkit.read_log(log.write(tmp_path))))
    assert verdict.word == "right", verdict.reason


class ByHypothesis:
    """Numbers of a curve drawn from all that are possible, nice or not."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def of(self, values: Any) -> Any:
        return self.data.draw(st.sampled_from(values))

    def between(self, low: int, high: int) -> int:
        return int(self.data.draw(st.integers(low, high)))

    def peak(self) -> float:
        return float(self.data.draw(st.floats(1e-6, 1)))

    def length(self) -> int:
        return self.between(60, 900)

    def warmup(self, total: int) -> int:
        return self.between(1, total // 4)

    def floor(self, peak: float) -> float:
        return float(self.data.draw(st.floats(0, 0.5))) * peak


@given(st.data())
def test_what_is_claimed_is_true(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    """The rate at every update between the rows, and each true number in the interval that is stated for it."""
    family = data.draw(st.sampled_from(list(FAMILIES)))
    curve = drawn(family, 0, ByHypothesis(data))
    log = log_of(
        curve,
        data.draw(st.sampled_from(PRECISIONS)),
        data.draw(st.sampled_from((1, 3, 10))),
        data.draw(st.sampled_from(OFFSETS)),
        data.draw(st.sampled_from((1.0, 0.6, 0.25))),
        data.draw(st.sampled_from((0, 1, 3))) if family in SKIPPED else 0,  # at a level no skip is to be seen
    )
    if not len(log.x):
        return
    matches = lrkit.identify(lrkit.read_log(log.write(tmp_path_factory.mktemp("log"))))
    for match in matches:
        assert match.exactness in ("exact", "to the printed digits", "close")
        if match.certain and match.kind != "segment":
            assert not fault(log, match), log.name
