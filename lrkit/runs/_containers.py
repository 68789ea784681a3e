"""The ways in which logs hold their rows: a table, JSON lines, one JSON document, lines of text, events.

Which one a file is, is found from its first bytes. Numbers keep the text that they are written as.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from . import _raw
from ._events import checksum
from ._raw import number
from ._source import HEAD, TORN, Source

MAX_JSON = 32 * 2**20
"""The longest JSON document that is read, in bytes."""
MAX_TEXT = 32 * 2**20
"""How much of a text log is kept, of the lines that may have a rate, in characters."""
LONGEST_LINE = 2**12
"""The longest line of a text log that may have a rate, in characters."""
MAX_NAMES = 10_000
"""How many columns a table may have."""
DELIMITERS = ("\t", ",", ";")
LOOKED_AT = 200
"""How many rows of JSON lines are asked which names there are."""
DEEPEST, LONGEST_LIST = 4, 64
"""How deep in a JSON row, and in lists of which length, rates are looked for."""
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
NEAR_RATES = ("lr", "learn", "[batch=", "optimization steps =", "num epochs =", "train_runtime")
"""What a line has that a format looks for, in lower case."""
BAR, PROGRESS = "%|", re.compile(r"%\|[^|]*\| *\d+/(\d+) \[")
JSON_LIKE = re.compile(r"\s*(?:\{\s*(?:\"|$)|\[\s*(?:[\[{\"\d\]-]|$))")
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w+-]|\.\d)"
"""A number in a line of text, whole."""
Row = dict[str, Any]


@dataclass(eq=False)
class Table:
    """Rows of values under names: CSV, TSV, or values apart by blanks. Without a header the columns are numbered."""

    source: Source
    names: tuple[str, ...]
    delimiter: str
    has_header: bool

    def rows(self) -> Iterator[Row]:
        """The rows as texts by name; of a last row that has no end, only what is followed by a delimiter."""
        torn: list[str] = []
        short = 0
        for values in islice(_values(self._whole(torn), self.delimiter), int(self.has_header), None):
            if len(values) == len(self.names):
                yield dict(zip(self.names, values, strict=True))
            else:
                short += 1
        for values in _values(torn, self.delimiter):
            note(self.source, "the last line has no end: its last value, which may be half written, is left out")
            yield dict(zip(self.names, values[:-1], strict=False))
        if short:
            note(self.source, f"{short:,} lines with another number of values than there are columns are left out")

    def _whole(self, torn: list[str]) -> Iterator[str]:
        """The lines that are not empty; a last one that has no end is put aside."""
        for line in self.source.lines():
            if line.endswith(TORN):
                torn.append(line.removesuffix(TORN))
            elif line and not line.isspace():
                yield line


@dataclass(eq=False)
class JsonLines:
    """An object in each line; nested ones are written with slashes: ``train/lr``."""

    source: Source

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the first rows."""
        return tuple(dict.fromkeys(name for row in islice(self.rows(), LOOKED_AT) for name in row))

    def rows(self) -> Iterator[Row]:
        """The rows; lines that are no objects are passed over."""
        for line in self.source.lines():
            text = line.removesuffix(TORN)
            row = object_in(text)
            if row is not None:
                yield row
            elif line is not text and text.strip():
                note(self.source, "the last line is half written and left out")


@dataclass(eq=False)
class Document:
    """One JSON value; `rows` are those of the longest list of objects in it, or those of lists under names."""

    source: Source
    value: Any

    @cached_property
    def table(self) -> list[Row]:
        """The rows."""
        return _rows_in(self.value)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the rows."""
        return tuple(dict.fromkeys(name for row in self.table[:LOOKED_AT] for name in row))

    def rows(self) -> Iterator[Row]:
        """The rows."""
        return iter(self.table)


@dataclass(eq=False)
class Text:
    """Lines for people; `lines` are those that may have a rate.

    `total` is how much a bar of progress, if one was drawn between them, counted up to.
    """

    source: Source
    total: int | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without colours; a last line that has no end, and does not end in a bracket, is left out."""
        found: list[str] = []
        size = 0
        for chunk in self.source.chunks():
            if not _near_rates(chunk):
                continue
            for line in chunk.split("\n"):
                if BAR in line and (bar := PROGRESS.search(line)):
                    self.total = max(int(bar[1]), self.total or 0)
                if line.endswith(TORN):
                    line = line.removesuffix(TORN)  # noqa: PLW2901
                    if not line.rstrip().endswith("}"):
                        note(self.source, "the last line has no end, may be half written, and is left out")
                        continue
                if len(line) <= LONGEST_LINE and _near_rates(line):
                    found.append(COLOURS.sub("", line))
                    size += len(found[-1])
            if len(found) > _raw.MAX_RATES:
                raise ValueError(
                    f"read_log: {self.source.name}: more than {_raw.MAX_RATES:,} lines that may have a rate"
                )
            if size > MAX_TEXT:
                most = f"{MAX_TEXT // 2**20} MiB"
                raise ValueError(f"read_log: {self.source.name}: more than {most} in lines that may have a rate")
        return found

    def found(self, *patterns: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
        """The lines in which the patterns follow one another, each with what their groups are."""
        for line in self.lines:
            groups: list[str] = []
            at = 0
            for pattern in patterns:
                match = pattern.search(line, at)
                if match is None:
                    break
                groups += match.groups()
                at = match.end()
            else:
                yield line, groups


@dataclass(eq=False)
class Events:
    """The records of a TensorBoard file."""

    source: Source


Container = Table | JsonLines | Document | Text | Events


def contained(source: Source) -> Container:
    """How the rows are held."""
    head = source.head
    if is_record(head):
        return Events(source)
    if source.encoding != "utf-16" and b"\0" in head:
        what = "neither text nor events of TensorBoard" if head.strip(b"\0") else "only zeros at its start"
        raise ValueError(f"read_log: {source.name}: {what}")
    text = head.decode(source.encoding, "replace")
    first, _, rest = text.lstrip().partition("\n")
    if object_in(first) is not None and (rest.strip() or not _rows_in(_loads(first))):
        return JsonLines(_short(source))
    if JSON_LIKE.match(text):
        return _document(source) or Text(source)
    table = _table(source, [line for line in text.splitlines() if line.strip()][:2])
    return replace(table, source=_short(source)) if table else Text(source)


def _short(source: Source) -> Source:
    """The source of a container of rows: so many rows would take long, so their ends are counted first."""
    if source.more_lines_than(_raw.MAX_RATES + 1):
        most = f"{_raw.MAX_RATES:,}"
        raise ValueError(
            f"read_log: {source.name}: more than {most} rows, the most that are read; give each n-th of them"
        )
    return source


def _near_rates(text: str) -> bool:
    low = text.lower()
    return any(word in low for word in NEAR_RATES)


def is_record(head: bytes) -> bool:
    """Whether the first bytes are the length of a record of TensorBoard with its checksum."""
    return len(head) >= 12 and checksum(head[:8]) == int.from_bytes(head[8:12], "little")


def note(source: Source, text: str) -> None:
    """Note it, once."""
    if text not in source.notes:
        source.notes.append(text)


def object_in(text: str) -> Row | None:
    """The JSON object that a line is, with its numbers as texts; None if it is none."""
    if not text.lstrip().startswith("{") or not text.rstrip().endswith("}"):
        return None
    try:
        value = _loads(text)
    except (ValueError, RecursionError):
        return None
    return flat(value) if isinstance(value, dict) else None


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def flat(row: Row, prefix: str = "", depth: int = 0) -> Row:
    """Nested objects and short lists as names with slashes; a list of one value is the value."""
    if not any(isinstance(value, (list, dict)) for value in row.values()) and not prefix:
        return row
    found: Row = {}
    for name, value in row.items():
        inner: Any = value
        if isinstance(inner, list) and len(inner) == 1 and not isinstance(inner[0], (list, dict)):
            inner = inner[0]
        elif isinstance(inner, list) and len(inner) <= LONGEST_LIST:
            inner = {str(k): item for k, item in enumerate(inner)}
        if isinstance(inner, dict):
            if depth < DEEPEST:
                found |= flat(inner, f"{prefix}{name}/", depth + 1)
        elif not isinstance(inner, list):
            found[prefix + name] = inner
    return found


def _document(source: Source) -> Document | None:
    if source.size > MAX_JSON:
        raise ValueError(f"read_log: {source.name}: a JSON document of more than {MAX_JSON // 2**20} MiB")
    text = source.text()
    try:
        return Document(source, _loads(text.lstrip("\ufeff")))
    except RecursionError:
        raise ValueError(f"read_log: {source.name}: the JSON is nested too deeply") from None
    except ValueError as error:
        if text.lstrip().startswith("{") and re.match(r'\s*\{\s*"', text):
            at = getattr(error, "lineno", 1)
            raise ValueError(
                f"read_log: {source.name}: no complete JSON: {getattr(error, 'msg', error)}, line {at}"
            ) from None
        return None


def _rows_in(value: Any) -> list[Row]:
    """The rows of the longest list of objects in a value, or of the lists of numbers under its names."""
    if isinstance(value, list):
        if value and all(number(item) is not None for item in value):
            return [{"rates": item, "step": str(k)} for k, item in enumerate(value)]
        return [flat(item) for item in value if isinstance(item, dict)]
    if not isinstance(value, dict):
        return []
    lists = [item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], dict)]
    if lists:
        return _rows_in(max(lists, key=len))
    columns = {name: item for name, item in value.items() if isinstance(item, list)}
    longest = max(map(len, columns.values()), default=0)
    return [{name: item[k] for name, item in columns.items() if k < len(item)} for k in range(longest)]


def _values(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The values in each line."""
    if delimiter == " ":
        yield from map(str.split, lines)
        return
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            yield [value.strip() for value in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield []


def _table(source: Source, lines: list[str]) -> Table | None:
    """The table whose first lines these are: names, and as many values, some of them numbers."""
    if len(lines) < 2 or len(lines[0]) >= HEAD // 2:
        return None
    first = lines[0].removeprefix("#").strip()
    for delimiter in (*DELIMITERS, " "):
        names = next(_values([first], delimiter), [])
        header = all(number(name) is None for name in names)
        numbered = all(number(name) is not None for name in names)
        if not (header or numbered) or len(names) > MAX_NAMES:
            continue
        values = [number(value) for value in next(_values([lines[1]], delimiter), [])]
        if all(value is None for value in values) or (delimiter == " " and None in values):
            continue
        if len(values) != len(names) and (len(names) < 2 or len(values) > len(names)):
            continue
        labels = names if header else [str(k + 1) for k in range(len(names))]
        return Table(source, tuple(_distinct(labels)), delimiter, header)
    return None


def _distinct(names: list[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}.{seen[name] - 1}"
