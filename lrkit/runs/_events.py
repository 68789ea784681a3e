"""TensorBoard's event files: records with checksums, and in them the protocol buffer messages of scalars.

The record: the length as 8 bytes, its checksum as 4, the message, its checksum as 4; all little-endian. A checksum is
CRC-32C, rotated and shifted by a constant. Field numbers are those of TensorFlow's ``event.proto``, ``summary.proto``
and ``tensor.proto``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ._source import Source

POLYNOMIAL = 0x82F63B78
MASK = 0xA282EAD8
CHECKED = 4096
"""The longest message whose checksum is compared: scalars are shorter, and pictures would take minutes."""
EVENT_STEP, EVENT_SUMMARY = 2, 5
SUMMARY_VALUE = 1
VALUE_TAG, VALUE_SIMPLE, VALUE_TENSOR = 1, 2, 8
TENSOR_TYPE, TENSOR_CONTENT, TENSOR_FLOAT, TENSOR_DOUBLE = 1, 4, 5, 6
DT_FLOAT, DT_DOUBLE = 1, 2
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)  # noqa: PLW2901
        table.append(value)
    return table


TABLE = _table()


def checksum(data: bytes) -> int:
    """The masked CRC-32C of some bytes."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + MASK) & 0xFFFFFFFF


class Scalar(NamedTuple):
    """A number under a tag at a step."""

    tag: str
    step: int
    value: float
    type: type[np.floating]


def scalars(source: Source) -> Iterator[Scalar]:
    """The scalars, in the order of the file; what is broken off at the end is left out with a note."""
    for at, message in _messages(source):
        try:
            yield from _scalars_in(message)
        except (IndexError, struct.error, ValueError):
            raise ValueError(f"read_log: {source.name}: no event of TensorBoard at byte {at}") from None


def _messages(source: Source) -> Iterator[tuple[int, bytes]]:
    file = source.file
    end = source.size
    at = 0
    while at < end:
        file.seek(at)
        head = file.read(12)
        length = int.from_bytes(head[:8], "little")
        if len(head) == 12 and checksum(head[:8]) != int.from_bytes(head[8:], "little"):
            raise ValueError(f"read_log: {source.name}: damaged at byte {at}: the checksum of a length is wrong")
        if len(head) < 12 or at + 16 + length > end:
            source.notes.append("the last event is half written and left out")
            return
        message = file.read(length)
        if length <= CHECKED and checksum(message) != int.from_bytes(file.read(4), "little"):
            raise ValueError(f"read_log: {source.name}: damaged at byte {at}: the checksum of an event is wrong")
        yield at, message
        at += 16 + length


def _scalars_in(event: bytes) -> Iterator[Scalar]:
    step, summaries = 0, []
    for number, value in _fields(event):
        if number == EVENT_STEP and isinstance(value, int):
            step = value - 2**64 if value >= 2**63 else value
        elif number == EVENT_SUMMARY and isinstance(value, bytes):
            summaries.append(value)
    for summary in summaries:
        for number, value in _fields(summary):
            if number == SUMMARY_VALUE and isinstance(value, bytes) and (found := _scalar(value)):
                tag, rate, kind = found
                yield Scalar(tag, step, rate, kind)


def _scalar(message: bytes) -> tuple[str, float, type[np.floating]] | None:
    tag, found = "", None
    for number, value in _fields(message):
        if number == VALUE_TAG and isinstance(value, bytes):
            tag = value.decode("utf-8", "replace")
        elif number == VALUE_SIMPLE and isinstance(value, bytes):
            found = struct.unpack("<f", value)[0], np.float32
        elif number == VALUE_TENSOR and isinstance(value, bytes):
            found = _tensor(value)
    return (tag, float(found[0]), found[1]) if found else None


def _tensor(message: bytes) -> tuple[float, type[np.floating]] | None:
    """The number in a tensor of one number, float32 or float64."""
    fields = dict(_fields(message))
    for dtype, kind, listed, size in (
        (DT_FLOAT, np.float32, TENSOR_FLOAT, 4),
        (DT_DOUBLE, np.float64, TENSOR_DOUBLE, 8),
    ):
        data = fields.get(TENSOR_CONTENT) or fields.get(listed)
        if fields.get(TENSOR_TYPE) == dtype and isinstance(data, bytes) and len(data) == size:
            return struct.unpack("<f" if size == 4 else "<d", data)[0], kind
    return None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The numbers of the fields with their values: an integer, or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == BYTES:
            length, at = _varint(message, at)
        elif kind in (FIXED64, FIXED32):
            length = 8 if kind == FIXED64 else 4
        else:
            raise ValueError(kind)
        if at + length > len(message):
            raise ValueError(length)
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
        if shift >= 70:
            raise ValueError(shift)
