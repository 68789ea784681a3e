"""How a message writes a value, a bound, or a number of things."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 group``, ``2 groups``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def listed(length: int) -> str:
    """A list of the wrong length: ``an empty list``, ``a list of 3``."""
    return f"a list of {length}" if length else "an empty list"


def shorten(value: object, width: int = 60) -> str:
    """The repr of a value in one line of at most `width` characters."""
    if isinstance(value, (list, tuple, str, bytes, dict)) and len(value) > width:
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 4 * width:
        return f"an integer of {value.bit_length()} bits"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001  # of a class of somebody else's: a message must not fail
        text = f"<{type(value).__name__} object>"
    return text if len(text) <= width else text[: width - 3] + "..."


def in_full(bound: float) -> str:
    """A bound with all its digits; from 2**16 on, a power of two or the number before one is written as that."""
    if not float(bound).is_integer() or abs(bound) < 2**16:
        return f"{bound:g}"
    whole = int(bound)
    for near, text in ((whole, "2**{}"), (whole + 1, "2**{} - 1")):
        if near & (near - 1) == 0:
            return text.format(near.bit_length() - 1)
    return str(whole)
