"""YAML as plain data: built from the parser's events, so that nothing in a file can make it run, recurse or grow.

A number may be written ``3e-4``, which YAML 1.2 has and YAML 1.1 has not. Tags are refused but for those of plain data.
"""

from __future__ import annotations

import re
from typing import Any

from ._plain import DEEPEST, MOST_NODES, TooLargeError

NULL = re.compile(r"~|null|Null|NULL|")
YES = re.compile(r"yes|Yes|YES|true|True|TRUE|on|On|ON")
NO = re.compile(r"no|No|NO|false|False|FALSE|off|Off|OFF")
WHOLE = re.compile(r"[-+]?(0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+|0|[1-9][0-9_]*)")
REAL = re.compile(r"[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?")
NAMED = re.compile(r"([-+]?)\.(inf|Inf|INF|nan|NaN|NAN)")
CLASSES = ("!PiecewiseDecay", "!CosineDecay", "!LinearWarmup")
"""Tags by which PaddleDetection's older configs name a scheduler: such a mapping has the name as a key."""
PLAIN_TAGS = ("tag:yaml.org,2002:", "!")
MOST_DIGITS = 400
KINDS = ("str", "int", "float", "bool", "null", "map", "seq")


def read_yaml(text: str) -> Any:
    """The only document of a text; a `ValueError` says at which line it is broken."""
    import yaml

    events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return _Builder().document(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(f"{f'line {mark.line + 1}: ' if mark else ''}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"it is no YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise TooLargeError("it is nested too deeply") from None


class _Builder:
    """Builds the values of a document from its events, each counted, an alias as often as it is used."""

    def __init__(self) -> None:
        self._open: list[tuple[Any, str | None]] = []
        self._keys: list[Any] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._starts: list[int] = []
        self._depths: list[int] = []
        self._nodes = 0
        self._root: Any = None
        self._documents = 0

    def document(self, events: Any) -> Any:
        for event in events:
            name = type(event).__name__
            line = event.start_mark.line + 1
            match name:
                case "DocumentStartEvent":
                    self._documents += 1
                    if self._documents > 1:
                        raise ValueError(f"line {line}: a second document begins, and one is read")
                case "MappingStartEvent" | "SequenceStartEvent":
                    self._begin({} if name == "MappingStartEvent" else [], event, line)
                case "MappingEndEvent" | "SequenceEndEvent":
                    self._end(line)
                case "ScalarEvent":
                    _check_tag(event.tag, line)
                    value = _scalar(event.value, event.tag, plain=event.implicit[0], line=line)
                    self._count(1, line)
                    if event.anchor:
                        self._anchors[event.anchor] = (value, 1, 0)
                    self._put(value, line, 0)
                case "AliasEvent":
                    if event.anchor not in self._anchors:
                        raise ValueError(f"line {line}: *{event.anchor[:40]} names nothing before it that is complete")
                    value, nodes, depth = self._anchors[event.anchor]
                    self._count(nodes, line)
                    self._put(value, line, depth)
        return self._root

    def _begin(self, container: Any, event: Any, line: int) -> None:
        if event.tag in CLASSES and isinstance(container, dict):
            container["name"] = event.tag[1:]
        else:
            _check_tag(event.tag, line)
        self._count(1, line)
        if len(self._open) >= DEEPEST:
            raise TooLargeError(f"line {line}: values lie in one another more than {DEEPEST} deep")
        self._open.append((container, event.anchor))
        self._keys.append(_NONE)
        self._starts.append(self._nodes - 1)
        self._depths.append(0)

    def _end(self, line: int) -> None:
        container, anchor = self._open.pop()
        self._keys.pop()
        depth = self._depths.pop() + 1
        nodes = self._nodes - self._starts.pop()
        if anchor:
            self._anchors[anchor] = (container, nodes, depth)
        self._put(container, line, depth)

    def _put(self, value: Any, line: int, depth: int) -> None:
        if not self._open:
            self._root = value
            return
        if len(self._open) + depth > DEEPEST:
            raise TooLargeError(f"line {line}: values lie in one another more than {DEEPEST} deep")
        self._depths[-1] = max(self._depths[-1], depth)
        container = self._open[-1][0]
        if isinstance(container, list):
            container.append(value)
        elif (key := self._keys[-1]) is _NONE:
            if isinstance(value, (dict, list)):
                raise ValueError(f"line {line}: a key must be a text or a number, got a mapping or a list")
            self._keys[-1] = str(value)
        else:
            self._keys[-1] = _NONE
            _enter(container, key, value, line)

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise TooLargeError(f"line {line}: with its aliases the file has more than {MOST_NODES:,} values")


_NONE = object()


def _enter(container: dict[str, Any], key: str, value: Any, line: int) -> None:
    """A key and its value; ``<<`` enters those of another mapping, or of several, which are not there yet."""
    if key == "<<":
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise ValueError(f"line {line}: << must name a mapping or a list of them")
            for name, item in source.items():
                container.setdefault(name, item)
        return
    # a key that was merged may be written again; of two that are written, PyYAML takes the later, and so do its users
    container[key] = value


def _check_tag(tag: str | None, line: int) -> None:
    if tag is None or tag == "!" or (tag.startswith(PLAIN_TAGS[0]) and tag[len(PLAIN_TAGS[0]) :] in KINDS):
        return
    raise ValueError(f"line {line}: the tag {tag[:60]!r} is refused: a config is plain data, and nothing in it is run")


def _scalar(text: str, tag: str | None, *, plain: bool, line: int) -> Any:  # a table
    if tag in ("!", PLAIN_TAGS[0] + "str") or (tag is None and not plain):
        return text
    if len(text) > MOST_DIGITS or NULL.fullmatch(text):
        return None if len(text) <= MOST_DIGITS else text
    if YES.fullmatch(text) or NO.fullmatch(text):
        return YES.fullmatch(text) is not None
    try:
        if WHOLE.fullmatch(text):
            return _whole(text.replace("_", ""))
        if REAL.fullmatch(text):
            return float(text.replace("_", ""))
        if match := NAMED.fullmatch(text):
            return float(match[1] + match[2].lower())
    except ValueError:
        pass
    if tag is not None and tag not in ("!", PLAIN_TAGS[0] + "str"):
        raise ValueError(f"line {line}: {text[:40]!r} is no {tag.rpartition(':')[2]}")
    return text


def _whole(text: str) -> int:
    digits = text.lstrip("+-")
    if digits.startswith("0") and digits[1:].isdecimal():  # YAML 1.1: an octal number
        return int(digits, 8) * (-1 if text.startswith("-") else 1)
    return int(text, 0)
