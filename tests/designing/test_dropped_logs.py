"""A log that is dropped on the page, against `read_log`: the logs of public runs, each format, files of TensorBoard."""

from __future__ import annotations

import base64
import io
import random
from typing import Any

import pytest
from event_files import event, field, file_of, simple, tensor
from known_logs import known_logs
from log_samples import SAMPLES
from node import run_node

import lrkit

pytestmark = pytest.mark.browser

READ = """
import { eventsIn, logIn } from "lrkit/designing/drop.js";
import { isEvents, scalarsIn } from "lrkit/designing/events.js";
const given = JSON.parse(await new Response(process.stdin).text());
const answer = (kind, content) => {
  if (kind === "text") return logIn(content, "log");
  const bytes = new Uint8Array(Buffer.from(content, "base64"));
  if (kind === "scalars") return { isEvents: isEvents(bytes), scalars: isEvents(bytes) ? scalarsIn(bytes) : [] };
  return eventsIn(bytes, "log");
};
console.log(JSON.stringify(given.map(([kind, content]) => {
  try {
    return answer(kind, content);
  } catch (error) {
    return { error: error.message, kind: error.constructor.name };
  }
})));
"""
IN_UPDATES = {"Megatron-LM": "samples", "DeepSpeed": "updates that were not skipped"}
"""Logs that count several things, of which the page takes the updates that its axis shows; and what lrkit takes."""
BY_EPOCH = ("transformers console", "transformers console, its length known", "transformers console, at its end")
"""Lines that state epochs only, from which lrkit counts the updates or the rows."""
LEFT_TO_PYTHON = ("MLflow", "nanochat", "composer")


def texts_in(texts: list[str]) -> list[Any]:
    found: list[Any] = run_node(READ, [["text", text] for text in texts])
    return found


def test_the_logs_of_public_runs() -> None:
    logs = known_logs()
    found = texts_in([log.path.read_text(encoding="utf-8") for log in logs.values()])
    for log, answer in zip(logs.values(), found, strict=True):
        series = [one for one in lrkit.read_log(log.path) if one.parameter == "lr"]
        if not series:  # nanochat's multiples of the peak
            assert "names no rate" in answer["error"]
            continue
        series = [one for one in series if one.name == answer["column"]]  # of several groups, the first
        assert answer["rates"] == sorted_rates(series)
        assert series[0].unit in (answer["unit"], "sample")
        if series[0].unit == answer["unit"]:
            assert answer["steps"] == sorted(x for one in series for x in one.x.tolist())


def sorted_rates(series: Any) -> list[float]:
    """The rates of all runs in a file, by their steps."""
    points = [(x, k, rate) for k, one in enumerate(series) for x, rate in zip(one.x, one.rates, strict=True)]
    return [float(rate) for *_, rate in sorted(points, key=lambda point: point[0])]


def test_a_log_of_each_format() -> None:
    read = 0
    for (name, sample), answer in zip(SAMPLES.items(), texts_in([one.text for one in SAMPLES.values()]), strict=True):
        unit, steps, rates, _ = next(iter(sample.series.values()))
        if name in LEFT_TO_PYTHON:
            assert "lrkit identify log reads more formats" in answer["error"], name
            continue
        assert answer["rates"] == rates, name
        if name not in BY_EPOCH and not name.startswith(tuple(IN_UPDATES)):
            assert (answer["unit"], answer["steps"]) == (unit, steps), name
            read += 1
    assert read >= 30


def test_what_is_no_log_is_refused_with_its_name() -> None:
    hostile = [
        "",
        "\n\n",
        "{}",
        "[]",
        "{" * 5000,
        '{"lr": 1}',
        "[1, 2]",
        "null",
        "a,b\n1,2\n",
        "lr\n1\n",
        '"lr"',
        "[[[[[1]]]]]",
    ]
    for text, answer in zip(hostile, texts_in(hostile), strict=True):
        assert answer.get("kind") == "UnreadLog", text
        assert answer["error"].startswith("log "), text


def tensorboard() -> bytes:
    """Scalars in each of their forms, and a picture among them."""
    picture = field(1, b"image") + field(4, field(1, 9) + field(4, bytes(5000)))
    return file_of(
        event(
            10 * k,
            picture if k == 1 else simple("train/loss", 1.5),
            simple("train/learning_rate", 0.1 / (1 + k)),
            tensor("lr/f", 0.3 / (1 + k), 1, content=True),
            tensor("lr/d", 0.7 / (1 + k), 2, content=False),
        )
        for k in range(3)
    )


def test_a_file_of_tensorboard() -> None:
    series = lrkit.read_log(io.BytesIO(tensorboard()))
    by_tag = {one.name: (one.x.tolist(), one.rates.tolist()) for one in series}
    tags = ["lr/pg0", "x/lr2", "epoch_lr", "learning-rate vs samples", "lr-AdamW/pg1"]
    files = [tensorboard(), *(file_of(event(k, simple(tag, 0.5)) for k in range(2)) for tag in tags)]
    whole, *named = run_node(READ, [["events", base64.b64encode(data).decode()] for data in files])
    assert by_tag[whole["column"]] == (whole["steps"], whole["rates"])
    units = [lrkit.read_log(io.BytesIO(data)).series[0].unit for data in files[1:]]
    assert [one["unit"] for one in named] == units
    (all_of,) = run_node(READ, [["scalars", base64.b64encode(tensorboard()).decode()]])
    for tag, (steps, rates) in by_tag.items():
        own = [one for one in all_of["scalars"] if one["tag"] == tag]
        assert ([one["step"] for one in own], [one["value"] for one in own]) == (steps, rates)


def test_a_damaged_file_of_tensorboard_has_the_verdict_of_read_log() -> None:
    rng, whole = random.Random(9), tensorboard()
    files = [whole[: rng.randrange(12, len(whole))] for _ in range(40)]
    for _ in range(160):
        at = rng.randrange(len(whole))
        files.append(whole[:at] + bytes([rng.randrange(256)]) + whole[at + 1 :])
    files += [whole[:12] + rng.randbytes(200) for _ in range(20)]
    for data, answer in zip(
        files, run_node(READ, [["events", base64.b64encode(data).decode()] for data in files]), strict=True
    ):
        try:
            log = lrkit.read_log(io.BytesIO(data))
        except ValueError as error:
            assert "error" in answer or "neither text nor events" in str(error), error
            assert answer.get("kind", "UnreadLog") == "UnreadLog", answer
        else:
            assert answer["rates"] == log[answer["column"]].rates.tolist()
