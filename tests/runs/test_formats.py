"""Each format of logs, from a file as short as it can be; its rates are those that the file shows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from log_samples import SAMPLES, Sample

import lrkit
from lrkit.runs.formats import NAMES


def written(folder: Path, sample: Sample, data: bytes | None = None) -> Path:
    path = folder / sample.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sample.text.encode() if data is None else data)
    return path


@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_is_read(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]
    log = lrkit.read_log(written(tmp_path, sample))
    found = {each.name: (each.unit, each.x.tolist(), each.rates.tolist(), each.offsets[0]) for each in log}
    assert found == sample.series
    assert log.form == sample.form
    assert sample.facts.items() <= log.facts.items()
    assert str(log[0].precisions[0]) == sample.precision


def test_each_format_has_a_sample() -> None:
    forms = " ".join(sample.form.lower() for sample in SAMPLES.values())
    others = {
        "mae": "deit",
        "llmc": "llm.c",
        "wandb": "w&b",
        "megatron": "megatron",
        "any_rows": "table",
        "any_text": "lines",
    }
    missing = [
        name for name in NAMES if others.get(name, name.replace("factory", "-factory").replace("_", " ")) not in forms
    ]
    assert missing == ["tensorboard"]  # bytes; its tests are in test_events.py


@pytest.mark.parametrize("name", SAMPLES)
def test_a_log_broken_off_at_any_byte_gives_its_first_rows_or_an_error_of_ours(name: str) -> None:
    sample = SAMPLES[name]
    data = sample.text.encode()
    whole = lrkit.read_log(io.BytesIO(data))
    for end in range(len(data)):
        try:
            log = lrkit.read_log(io.BytesIO(data[:end]))
        except ValueError as error:
            assert str(error).startswith("read_log: open file: ")
            continue
        for series in log:
            if series.name in whole.names and series.unit == whole[series.name].unit:
                all_rows = list(zip(whole[series.name].x, whole[series.name].rates, strict=True))
                assert list(zip(series.x, series.rates, strict=True)) == all_rows[: len(series)]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("change", ["crlf", "no end", "utf-16", "mark"])
def test_the_way_a_file_was_saved_does_not_matter(tmp_path: Path, name: str, change: str) -> None:
    sample = SAMPLES[name]
    if change == "crlf":
        data = sample.text.replace("\n", "\r\n").encode()
    elif change == "no end":
        data = sample.text.rstrip("\n").encode()
    else:
        data = sample.text.encode("utf-16" if change == "utf-16" else "utf-8-sig")
    try:
        log = lrkit.read_log(written(tmp_path, sample, data))
    except ValueError as error:
        assert change == "no end"
        assert "learning rate" in str(error)
        return
    for series in log:
        unit, x, rates, _ = sample.series[series.name]
        kept = len(series)
        assert kept == len(rates) or (change == "no end" and kept == len(rates) - 1 and log.notes)
        assert (series.unit, series.x.tolist(), series.rates.tolist()) == (unit, x[:kept], rates[:kept])
