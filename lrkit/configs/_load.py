"""What `from_config` is given, as plain data: a mapping, a file, or the text of one."""

from __future__ import annotations

import json
import os
import re
import stat
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._params import shorten
from ._flags import looks_like_flags, read_flags
from ._literals import read_literals
from ._plain import TOO_MANY_DIGITS, plain, resolved

OWNER = "from_config"
LARGEST = 16 * 2**20
"""The most bytes of a file that are read."""
SUFFIXES = (".json", ".yaml", ".yml", ".toml", ".py")


class Loaded(NamedTuple):
    """Plain data, and what a message calls the place that they come from."""

    data: dict[str, Any]
    name: str


def load(source: Any) -> Loaded:
    """The data of a mapping, of a file at a path, or of a text that `is_text` takes for one."""
    if isinstance(source, Namespace):
        source = vars(source)
    if isinstance(source, Mapping):
        return _told("the config", lambda: source)
    if isinstance(source, str) and is_text(source):
        return load_text(source)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"{OWNER}: config must be a path, a mapping or a text, got {shorten(source)}")
    path = Path(os.fspath(source))
    return load_text(_content(path), path.name, path.suffix.lower())


def load_text(text: str, name: str = "the text", suffix: str = "") -> Loaded:
    """The data of a text; its format is that of the suffix, or is found from the text itself."""
    if len(text) > LARGEST:
        raise ValueError(f"{OWNER}: {name}: there are {len(text):,} characters, at most {LARGEST:,} are read")
    if not text.strip():
        raise ValueError(f"{OWNER}: {name}: there is nothing in it")
    return _told(name, lambda: _parsed(text, suffix))


FLAGS = re.compile(r"\s*--?[A-Za-z]|\S+ .*(?<= )--?[A-Za-z]")
LINE = re.compile(r"\s*\{|\s*[A-Za-z_]\w* = |[A-Za-z_][\w.]*\(.*\)\s*$")
"""A line of JSON or of Python."""


def is_text(source: str) -> bool:
    """Whether a str is the text of a config and not the path of one."""
    return "\n" in source or FLAGS.match(source) is not None or LINE.match(source) is not None


def _told(name: str, read: Any) -> Loaded:
    owner = f"{OWNER}: {name}"
    try:
        data = resolved(plain(read()))
    except ValueError as error:
        raise ValueError(f"{owner}: {error}") from None
    except RecursionError:
        raise ValueError(f"{owner}: it is nested too deeply, or holds itself") from None
    if not isinstance(data, dict):
        raise ValueError(f"{owner}: a config is a mapping of names to values, got {shorten(data)}")
    return Loaded(data, name)


def _content(path: Path) -> str:
    if _is(stat.S_ISDIR, path):
        raise ValueError(f"{OWNER}: {path} is a directory: give the config in it")
    if _is(stat.S_ISFIFO, path) and not str(path).startswith(("/dev/", "/proc/")):  # where a shell puts what it feeds
        raise ValueError(f"{OWNER}: {path} is a pipe, which may never end: give a file")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"{OWNER}: {str(path)[:500]}: {error.strerror or error}") from None
    except ValueError as error:  # no name of a file at all
        raise ValueError(f"{OWNER}: {shorten(str(path))}: {error}") from None
    if len(content) > LARGEST:
        raise ValueError(f"{OWNER}: {path.name}: it has more than {LARGEST:,} bytes, which are the most that are read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{OWNER}: {path.name}: it is no text: byte {error.start} is no UTF-8") from None


def _is(kind: Callable[[int], bool], path: Path) -> bool:
    try:
        return kind(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _parsed(text: str, suffix: str) -> Any:
    match suffix:
        case ".json":
            return _json(text)
        case ".yaml" | ".yml":
            return _yaml(text)
        case ".toml":
            return _toml(text)
        case ".py":
            return read_literals(text)
    return _by_content(text)


def _by_content(text: str) -> Any:
    """The data of a text in a format that nothing names."""
    start = text.lstrip()
    if start.startswith("{"):
        return _json(text) if re.match(r"\{\s*[\"}]", start) else read_literals(text)
    if re.match(r"\w[\w.]*\(", start):  # Namespace(lr=0.1)
        return read_literals(text)
    if re.search(r"^[ \t]*[\w\"'./-]+[ \t]*:(\s|$)", text, re.MULTILINE) and not re.match(r"--\w|\S+ .*--\w", start):
        return _yaml(text)
    if looks_like_flags(text) or FLAGS.match(text.partition("\n")[0]):
        return read_flags(text)
    if re.search(r"^[ \t]*\[[\w.\-\"]+\][ \t]*\r?$", text, re.MULTILINE):
        return _toml(text)
    return read_literals(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except ValueError:
        raise ValueError(TOO_MANY_DIGITS) from None


def _toml(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(str(error)) from None
    except ValueError:
        raise ValueError(TOO_MANY_DIGITS) from None


def _yaml(text: str) -> Any:
    from ._yaml import read_yaml

    return read_yaml(text)
