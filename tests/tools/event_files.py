"""TensorBoard's event files, written byte by byte from the definitions of the format."""

from __future__ import annotations

import struct
from collections.abc import Iterable


def checksum(data: bytes) -> int:
    """CRC-32C bit by bit, masked as TensorFlow's record format does: not the table of the package."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value: int) -> bytes:
    out = b""
    value &= 2**64 - 1
    while value >= 128:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number: int, value: int | float | bytes) -> bytes:
    """A field: an integer as a varint, a float as eight bytes, bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def record(message: bytes) -> bytes:
    head = struct.pack("<Q", len(message))
    return head + struct.pack("<I", checksum(head)) + message + struct.pack("<I", checksum(message))


def simple(tag: str, value: float) -> bytes:
    return field(1, tag.encode()) + varint(2 << 3 | 5) + struct.pack("<f", value)


def tensor(tag: str, value: float, dtype: int, *, content: bool) -> bytes:
    data = struct.pack("<f" if dtype == 1 else "<d", value)
    inner = field(4, data) if content else field(5 if dtype == 1 else 6, data)
    return field(1, tag.encode()) + field(8, field(1, dtype) + field(2, b"") + inner)


def event(step: int, *values: bytes) -> bytes:
    return record(field(1, 1.7e9) + field(2, step) + field(5, b"".join(field(1, value) for value in values)))


def file_of(events: Iterable[bytes]) -> bytes:
    return record(field(1, 1.7e9) + field(3, b"brain.Event:2")) + b"".join(events)
