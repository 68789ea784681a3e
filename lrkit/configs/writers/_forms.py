"""A config as a text: JSON, YAML, TOML, flags of a command line, or Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Form = Callable[[dict[str, Any]], str]


def json_text(config: Mapping[str, Any]) -> str:
    """JSON on several lines."""
    return json.dumps(config, indent=2)


def yaml_text(config: Mapping[str, Any]) -> str:
    """YAML, mappings in blocks."""
    return "\n".join(_yaml_lines(config))


def toml_text(config: Mapping[str, Any]) -> str:
    """TOML: a table for each mapping."""
    parts = [
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in part.items())])
        for name, part in config.items()
    ]
    return "\n\n".join(parts)


def python_text(config: Mapping[str, Any]) -> str:
    """A name for each value; mappings as ``dict(...)``."""
    return "\n".join(f"{name} = {_python(value, len(name) + 3)}" for name, value in config.items())


def flags_text(config: Mapping[str, Any], *, dashes: bool = True, assign: str = " ") -> str:
    """Flags, one on a line; underscores in their names become dashes unless the program has them."""
    named = {name.replace("_", "-") if dashes else name: value for name, value in config.items()}
    return " \\\n".join(f"--{name}{assign}{_word(value)}".rstrip() for name, value in named.items())


def underscored_flags(config: Mapping[str, Any]) -> str:
    """Flags whose names have underscores."""
    return flags_text(config, dashes=False)


def assigned_flags(config: Mapping[str, Any]) -> str:
    """Flags with an equals sign, ``--a.b=1``."""
    return flags_text(config, dashes=False, assign="=")


def short_flags(config: Mapping[str, Any]) -> str:
    """Flags of a letter, on one line: ``-l 0.0003``."""
    return " ".join(f"-{name} {_word(value)}" for name, value in config.items())


def call_text(owner: str = "", first: str = "") -> Form:
    """A function that is called with keywords: its name is the config's only key; an owner and a first argument."""

    def text(config: Mapping[str, Any]) -> str:
        [(name, arguments)] = config.items()
        words = [first] if first else []
        words += [f"{key}={_python(value, 4)}" for key, value in arguments.items()]
        line = f"{owner}{name}({', '.join(words)})"
        return line if len(line) <= WIDTH else "\n".join([f"{owner}{name}(", *(f"    {word}," for word in words), ")"])

    return text


WIDTH = 100


def _yaml_lines(config: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in config.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _yaml_lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_yaml_value(value)}"


def _yaml_value(value: Any) -> str:
    """JSON's form of a value; a float has the dot that YAML 1.1 wants."""
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml_value, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_yaml_value(item)}" for name, item in value.items()) + "}"
    text = json.dumps(value)
    if isinstance(value, float) and "e" in text and "." not in text:
        return text.replace("e", ".0e")
    plain = isinstance(value, str) and value[:1].isalpha() and not set(value) & set(":#,[]{}&*!|>'\"%@` ")
    return value if plain else text


def _python(value: Any, indent: int) -> str:
    """A literal; a list of mappings has a line for each."""
    if isinstance(value, dict):
        return f"dict({', '.join(f'{name}={_python(item, indent)}' for name, item in value.items())})"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "\n".join(["[", *(f"    {_python(item, 4)}," for item in value), "]"])
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_python(item, indent) for item in value)}]"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_word, value))
    return "" if value is True else str(value)
