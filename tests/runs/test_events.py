"""TensorBoard's event files, written byte by byte from the definitions of the format."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from event_files import checksum, event, field, file_of, simple, tensor

import lrkit
from lrkit.runs import _events


def test_the_checksum_is_that_of_the_standard() -> None:
    # 0xE3069283 is the check value of CRC-32C, of "123456789", in RFC 3720's appendix and every catalogue of checksums.
    crc = 0xE3069283
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    assert _events.checksum(b"123456789") == checksum(b"123456789") == masked


def test_scalars_in_each_of_their_forms(tmp_path: Path) -> None:
    rates = [0.1, 0.05, 0.025]
    events = [
        event(
            10 * k,
            simple("train/loss", 1.5),
            simple("train/learning_rate", rate),
            tensor("lr/f", rate, 1, content=True),
            tensor("lr/d", rate, 2, content=False),
        )
        for k, rate in enumerate(rates)
    ]
    path = tmp_path / "events.out.tfevents.1700000000.host.1.0"
    path.write_bytes(file_of(events))
    for where in (path, tmp_path):
        log = lrkit.read_log(where)
        assert log.form == "TensorBoard events"
        assert log.names == ("train/learning_rate", "lr/f", "lr/d")
        assert log["train/learning_rate"].x.tolist() == [0, 10, 20]
        assert log["train/learning_rate"].rates.tolist() == [float(np.float32(rate)) for rate in rates]
        assert log["lr/f"].rates.tolist() == [float(np.float32(rate)) for rate in rates]
        assert log["lr/d"].rates.tolist() == rates
        assert [series.precisions[0].form for series in log] == ["float32", "float32", "float64"]


@pytest.mark.parametrize(
    ("tag", "unit", "offset"),
    [
        ("train/learning_rate", "step", 0),
        ("learning-rate", "step", 0),
        ("learning-rate vs samples", "sample", 0),
        ("Train/Samples/lr", "sample", 0),
        ("lr-AdamW/pg1", "step", 0),
        ("lr/pg0", "epoch", 0),
        ("x/lr2", "epoch", 0),
        ("epoch_learning_rate", "epoch", 0),
        ("lr-DecoupledAdamW/group0", "step", 0),
        ("lr", "step", 0),
    ],
)
def test_the_tag_says_what_the_steps_count(tag: str, unit: str, offset: int) -> None:
    (series,) = lrkit.read_log(io.BytesIO(file_of(event(k, simple(tag, 0.1 / (1 + k))) for k in range(3))))
    assert (series.unit, series.offsets[0]) == (unit, offset)


def test_a_column_is_a_tag() -> None:
    data = file_of(event(k, simple("alpha", 0.5), simple("lr", 0.1)) for k in range(3))
    assert lrkit.read_log(io.BytesIO(data), column="alpha").names == ("alpha",)
    with pytest.raises(ValueError, match="no number under 'beta' in it"):
        lrkit.read_log(io.BytesIO(data), column="beta")


def test_no_tag_of_a_rate() -> None:
    data = file_of([event(1, simple("train/loss", 1.5))])
    with pytest.raises(ValueError, match="no tag names a learning rate; there are 'train/loss'"):
        lrkit.read_log(io.BytesIO(data))


def test_a_file_broken_off_at_any_byte_gives_its_first_rows() -> None:
    data = file_of(event(k, simple("lr", 1 / (1 + k))) for k in range(3))
    whole = lrkit.read_log(io.BytesIO(data))["lr"].rates.tolist()
    seen = set()
    for end in range(len(data)):
        try:
            log = lrkit.read_log(io.BytesIO(data[:end]))
        except ValueError:
            continue
        rates = log["lr"].rates.tolist()
        assert rates == whole[: len(rates)]
        seen.add(len(rates))
    assert seen == {1, 2}


def test_a_damaged_byte_is_found_or_does_no_harm() -> None:
    data = file_of(event(k, simple("lr", 1 / (1 + k))) for k in range(3))
    whole = lrkit.read_log(io.BytesIO(data))["lr"].rates.tolist()
    for at in range(len(data)):
        damaged = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        try:
            rates = lrkit.read_log(io.BytesIO(damaged))["lr"].rates.tolist()
        except ValueError as error:
            assert "read_log: open file: " in str(error)
        else:
            assert rates == whole[: len(rates)]


def test_a_picture_among_the_scalars_is_passed_over() -> None:
    picture = field(1, b"image") + field(4, field(1, 9) + field(4, bytes(100_000)))
    data = file_of([event(0, picture, simple("lr", 0.5)), event(1, simple("lr", 0.25))])
    assert lrkit.read_log(io.BytesIO(data))["lr"].rates.tolist() == [0.5, 0.25]
