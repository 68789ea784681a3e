"""What is read: a file, a pipe, standard input or an open file, within bounds of size and time."""

from __future__ import annotations

import codecs
import io
import os
import select
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from .._params import shorten

MAX_BYTES = 128 * 2**20
"""The longest log that is read."""
MAX_LINE = 2**20
"""The longest line of a log of lines, in bytes."""
HEAD = 2**16
"""How much is looked at to tell what a file is, in bytes."""
BLOCK = 2**18
"""How much is read at a time, in bytes."""
IN_MEMORY = 4 * 2**20
"""How much of a pipe is kept in memory; the rest waits in a temporary file."""
PATIENCE = 0.5
"""How long a named pipe that nobody writes to is waited for, in seconds."""
COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK\3\4": "zip"}


@dataclass(eq=False)
class Source:
    """The bytes of a log, to be read as often as formats are tried; `notes` collects what was left out."""

    name: str
    file: IO[bytes]
    path: Path | None = None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def head(self) -> bytes:
        """The first bytes."""
        self.file.seek(0)
        return self.file.read(HEAD)

    @cached_property
    def encoding(self) -> str:
        """UTF-16 if the file begins so, as what PowerShell redirects; else UTF-8."""
        return "utf-16" if self.head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"

    @property
    def size(self) -> int:
        """How long it is, in bytes."""
        return self.file.seek(0, os.SEEK_END)

    def more_lines_than(self, most: int) -> bool:
        """Whether there are more lines: their ends are counted, as long as that is needed."""
        self.file.seek(0)
        ends = [0, 0]
        while data := self.file.read(BLOCK):
            ends = [ends[0] + data.count(b"\n"), ends[1] + data.count(b"\r")]
            if max(ends) > most:
                return True
        return False

    def text(self) -> str:
        """The whole content."""
        encoding = self.encoding
        self.file.seek(0)
        return self.file.read(MAX_BYTES).decode(encoding, "replace")

    def chunks(self) -> Iterator[str]:
        """The text in pieces of whole lines, without the last line's end; a last line that has none ends in `TORN`."""
        inner = codecs.getincrementaldecoder(self.encoding)("replace")
        decoder = io.IncrementalNewlineDecoder(inner, translate=True)
        self.file.seek(0)
        tail = ""
        while data := self.file.read(BLOCK):
            whole, end, rest = decoder.decode(data).rpartition("\n")
            if end:
                yield tail + whole
                tail = ""
            tail += rest
            if len(tail) > MAX_LINE:
                raise ValueError(f"read_log: {self.name}: a line is longer than {MAX_LINE:,} characters")
        tail += decoder.decode(b"", final=True)
        if tail:
            yield tail.removesuffix("\n") if tail.endswith("\n") else tail + TORN

    def lines(self) -> Iterator[str]:
        """The lines without their ends; a last line that has none ends in `TORN`."""
        for chunk in self.chunks():
            yield from chunk.split("\n")


TORN = "\0torn"
"""Follows a line that may be half written: it has no end."""


def open_source(given: Any) -> Source:
    """The source of a path, ``"-"``, or an open file; a `ValueError` says why something cannot be read."""
    if given == "-":
        return _checked(Source("standard input", _buffered(getattr(sys.stdin, "buffer", sys.stdin), "standard input")))
    if isinstance(given, (str, os.PathLike)):
        path = Path(given)
        return _checked(Source(str(path), _opened(path), path))
    if callable(getattr(given, "read", None)):
        name = str(getattr(given, "name", "") or "open file")
        return _checked(Source(name, _buffered(given, name)))
    raise TypeError(f"read_log: path must be a path, '-' or an open file, got {shorten(given)}")


def _opened(path: Path) -> IO[bytes]:
    mode = path.stat().st_mode
    if stat.S_ISFIFO(mode):
        return _buffered(_awaited(path), str(path))
    if not stat.S_ISREG(mode):
        raise ValueError(f"read_log: {path}: neither a file nor a pipe nor a directory")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"read_log: {path}: {_too_long()}")
    return path.open("rb")


def _awaited(path: Path) -> IO[bytes]:
    """A named pipe; if nobody writes to it soon, that is an error, not a wait without end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    ready, _, _ = select.select([handle], [], [], PATIENCE)
    if not ready:
        os.close(handle)
        raise ValueError(f"read_log: {path}: nothing came through the pipe within {PATIENCE:g} s")
    os.set_blocking(handle, True)
    return os.fdopen(handle, "rb")


def _buffered(stream: Any, name: str) -> IO[bytes]:
    """All of a stream, once read, to be read again."""
    kept = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    length = 0
    while data := stream.read(HEAD):
        data = data.encode() if isinstance(data, str) else data
        length += len(data)
        if length > MAX_BYTES:
            kept.close()
            raise ValueError(f"read_log: {name}: {_too_long()}")
        kept.write(data)
    return kept


def _too_long() -> str:
    return (
        f"longer than {MAX_BYTES // 2**20} MiB, which is the most that is read; "
        "of a text log, give the lines with rates: grep -iE 'lr|learning' FILE | lrkit identify -"
    )


def _checked(source: Source) -> Source:
    packed = next((what for magic, what in COMPRESSED.items() if source.head.startswith(magic)), None)
    if source.head and not packed:
        return source
    source.file.close()
    why = f"compressed ({packed}); unpack it first" if packed else "there is nothing in it"
    raise ValueError(f"read_log: {source.name}: {why}")
