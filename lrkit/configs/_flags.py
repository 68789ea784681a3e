"""Flags of a command line, and the list of arguments that a program prints, as plain data."""

from __future__ import annotations

import re
import shlex
from typing import Any

LONGEST = 2**20
DUMPED = re.compile(r"^[ \t]*(?:\S+:[ \t]+)?([A-Za-z_]\w*) \.{3,} ?(.*)$", re.MULTILINE)
"""A line of Megatron-LM's list of arguments: ``  lr ........... 0.00015``."""
FLAG = re.compile(r"--?[A-Za-z][\w.\-/]*")
NOT_PARTS = ("\\", ")", "(", "&&", ";", "|")
WORDS = {"True": True, "False": False, "None": None, "true": True, "false": False, "null": None}


def looks_like_flags(text: str) -> bool:
    """Whether a text has flags, or the lines that a program prints of them."""
    return bool(re.search(r"(?:^|\s)--[A-Za-z][\w.-]*(?:[ =]|\s|$)", text)) or len(DUMPED.findall(text)) > 1


def read_flags(text: str) -> dict[str, Any]:
    """``--lr 3e-4 --train-iters 1000`` as ``{"lr": 0.0003, "train_iters": 1000}``.

    A flag without a value is True, one with several a list; dots make mappings within mappings. What stands before the
    first flag is passed over.
    """
    if dumped := DUMPED.findall(text):
        return {name: value_of(value.strip()) for name, value in dumped}
    if len(text) > LONGEST:
        raise ValueError(f"flags of {len(text):,} characters are too long: at most {LONGEST:,} are read")
    try:
        words = shlex.split(re.sub(r"\\\s*\n", " ", text).removesuffix("\\"), comments=True)
    except ValueError as error:
        raise ValueError(f"these are no flags of a command line: {error}") from None
    found: dict[str, Any] = {}
    values: list[str] = []
    name = ""
    for word in [*words, "--"]:
        if word == "--" or (FLAG.fullmatch(word.partition("=")[0]) and not _is_number(word)):
            if name:
                _enter(found, name, values)
            name, equals, value = word.lstrip("-").partition("=")
            values = [value] if equals else []
        elif word not in NOT_PARTS:
            values.append(word)
    return found


def _enter(found: dict[str, Any], name: str, values: list[str]) -> None:
    *outer, last = name.replace("-", "_").split(".")
    place = found
    for part in outer[:50]:
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            raise ValueError(f"--{name[:60]} lies within --{part[:60]}, which has a value of its own")
        place = inner
    told = [value_of(value) for value in values]
    place[last] = (told[0] if len(told) == 1 else told) if told else True


def value_of(text: str) -> Any:
    """A number, a truth value, None, or the text itself."""
    if text in WORDS:
        return WORDS[text]
    if not _is_number(text):
        return text
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


def _is_number(text: str) -> bool:
    return len(text) < 100 and re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text) is not None
