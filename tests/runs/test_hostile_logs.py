"""Files that are no logs, or want to be too much: each is refused with one sentence, and little is read for it."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_samples import SAMPLES

import lrkit
from lrkit.runs import _containers, _raw, _source

BRACKETS = 100_000
FILES = {
    "empty": (b"", "there is nothing in it"),
    "blank": (b"\n \n" * 1000, "no learning rate in it"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither text nor events of TensorBoard"),
    "noise": (random.Random(0).randbytes(10_000), "neither text nor events of TensorBoard"),
    "compressed": (gzip.compress(bytes(10**6)), r"compressed \(gzip\); unpack it first"),
    "open brackets": (b"[" * BRACKETS, "the JSON is nested too deeply"),
    "brackets": (b"[" * BRACKETS + b"]" * BRACKETS, "the JSON is nested too deeply"),
    "braces": (b'{"a":' * BRACKETS + b"1" + b"}" * BRACKETS, "the JSON is nested too deeply"),
    "half a document": (b'{"log_history": [{"step": 1, "learning_rate"', "no complete JSON"),
    "no rates": (b"step,loss\n1,0.5\n", "no learning rate in it; the columns are 'step', 'loss'; say which holds"),
    "not finite": (b"step,lr\n1,nan\n2,inf\n", "no learning rate in it"),
    "not finite, JSON": (b'{"log_history": [{"step": 1, "learning_rate": NaN}]}', "no learning rate in it"),
    "a number of many digits": (b"step,lr\n1," + b"9" * 10_000 + b"\n", "no learning rate in it"),
    "one of JSON": (b'{"step": 1, "lr": ' + b"9" * 10_000 + b"}\n", "no learning rate in it"),
    "a long line": (b"lr " * (_source.MAX_LINE // 2), "a line is longer than 1,048,576 characters"),
    "a long row": (b"step,lr\n" + b"1," * _source.MAX_LINE, "a line is longer than 1,048,576 characters"),
    "many columns": (
        b",".join(b"lr%d" % k for k in range(20_000)) + b"\n" + b"1," * 19_999 + b"1\n",
        "no learning rate",
    ),
    "an open quotation mark": (b'step,lr\n"1,0.1\n2,0.2\n', "no learning rate in it"),
    "the same words again": (b"iteration 1/ 2 | learning rate: " * 30_000 + b"\n", "no learning rate in it"),
    "dicts in dicts": (b"{'learning_rate': " * 50_000 + b"\n", "no learning rate in it"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    data, message = FILES[name]
    path = tmp_path / "log"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=rf"^read_log: {path}: {message}"):
        lrkit.read_log(path)


@pytest.mark.parametrize("start", [b"", b"step,lr\n1,0.1\n"])
def test_a_gigabyte_is_refused_by_its_length(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(10**9)  # a hole: it takes no room on the disk
    with pytest.raises(ValueError, match="longer than 128 MiB, which is the most that is read"):
        lrkit.read_log(path)


def test_a_file_of_zeros(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.truncate(10**8)
    with pytest.raises(ValueError, match="only zeros at its start"):
        lrkit.read_log(path)


def test_zeros_after_a_log_that_was_cut_by_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"step,lr\n" + b"".join(b"%d,0.5\n" % k for k in range(20_000)) + bytes(100))
    assert len(lrkit.read_log(path)["lr"]) == 20_000


def test_a_stream_is_not_read_for_ever() -> None:
    class Endless:
        read_so_far = 0

        def read(self, size: int) -> bytes:
            self.read_so_far += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(ValueError, match="read_log: open file: longer than 128 MiB"):
        lrkit.read_log(stream)
    assert stream.read_so_far <= _source.MAX_BYTES + _source.HEAD


def test_a_pipe_that_nobody_writes_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    with pytest.raises(ValueError, match=r"nothing came through the pipe within 0\.5 s"):
        lrkit.read_log(tmp_path / "log")


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null"])
def test_a_device(name: str) -> None:
    with pytest.raises(ValueError, match=f"read_log: {name}: neither a file nor a pipe nor a directory"):
        lrkit.read_log(name)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        lrkit.read_log(tmp_path / "log")
    with pytest.raises(ValueError, match="no log with learning rates in this directory"):
        lrkit.read_log(tmp_path)


def test_the_bounds_on_rows_and_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text(json.dumps([{"step": k, "lr": 0.5} for k in range(101)]))
    monkeypatch.setattr(_raw, "MAX_RATES", 100)
    with pytest.raises(ValueError, match="more than 100 rates in 'lr', the most that are read"):
        lrkit.read_log(path)
    path.write_text('{"log_history": [' + "\n" * 1000 + "]}")
    monkeypatch.setattr(_containers, "MAX_JSON", 1000)
    with pytest.raises(ValueError, match="a JSON document of more than"):
        lrkit.read_log(path)
    path.write_text("a step without rates; lr\n" * 50)
    monkeypatch.setattr(_containers, "MAX_TEXT", 1000)
    with pytest.raises(ValueError, match="in lines that may have a rate"):
        lrkit.read_log(path)


@pytest.mark.parametrize(
    ("head", "row", "what"),
    [
        ("step,lr\n", "1,0.5\n", "rows, the most that are read"),
        ("", '{"step": 1, "lr": 0.5}\n', "rows, the most that are read"),
        ("training\n", "step 1 lr 1\n", "lines that may have a rate"),
    ],
    ids=["table", "JSON lines", "text"],
)
def test_too_many_rows_are_refused_before_they_are_read(
    tmp_path: Path, head: str, row: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    path.write_text(head + row * 1002)
    monkeypatch.setattr(_raw, "MAX_RATES", 1000)
    monkeypatch.setattr(_containers.Table, "rows", None)  # what would read them
    monkeypatch.setattr(_containers.JsonLines, "rows", None)
    with pytest.raises(ValueError, match=f"more than 1,000 {what}"):
        lrkit.read_log(path)


EDITS = [
    b"nan",
    b"1e999",
    b"0e99999",
    b"-1",
    b"\n",
    b",",
    b"{",
    b'"',
    b"[",
    b"\0",
    b"\xff",
    b"9" * 400,
    b"null",
    b"lr",
    b"step",
]


@given(
    name=st.sampled_from(list(SAMPLES)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.sampled_from(EDITS)), max_size=5),
)
def test_a_log_that_was_damaged_is_read_or_refused(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = SAMPLES[name].text.encode()
    for where, cut, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + cut :]
    try:
        log = lrkit.read_log(io.BytesIO(data))
    except ValueError as error:
        assert str(error).startswith("read_log: ")
    else:
        assert all(len(series) for series in log)
        assert str(log)
