"""`Fields`: a part of a config, read by kind; a message says system, file, key and value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from .._configured import Configured
from .._params import as_kind, shorten
from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ._budgets import DATA, LENGTHS
from ._load import OWNER
from ._plain import Unread

NEEDED: Any = object()
"""In place of a default: the config must say it."""


MOST_PARTS = 10_000
"""The most parts of one schedule that a count in a config may ask for."""


class Fields:
    """A mapping of a config with the path to it; a value that is None counts as not said.

    Attributes
    ----------
    data : dict
        The mapping itself.
    name : str
        The file, for messages.
    system, title : str
        The system that reads it: its name, and what people call it.
    because : str
        What said that it is of this system.
    """

    def __init__(
        self, data: Mapping[str, Any], name: str, system: str, title: str, because: str = "", path: str = ""
    ) -> None:
        self.data = data
        self.name = name
        self.system = system
        self.title = title
        self.because = because
        self.path = path

    # What is there ---------------------------------------------------------------------------------------------------

    def has(self, *names: str) -> bool:
        """Whether all of these say something; a name may have dots, and is then looked up part by part."""
        return all(self.get(name) is not None for name in names)

    def get(self, name: str, default: Any = None) -> Any:
        """The value under a name as it is; the default if it is not said."""
        found: Any = self.data
        for part in [name] if name in self.data else name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return default if found is None else found

    def first(self, *names: str) -> str:
        """The first of these names that says something; the first of all if none does."""
        return next((name for name in names if self.has(name)), names[0])

    def one_of(self, names: Iterable[str]) -> tuple[str, Fields]:
        """The first of these names that says something, and the mapping under it; an error if none does."""
        known = [*names]
        name = next((name for name in known if self.has(name)), None)
        if name is None:
            raise self.refusal(f"one of {', '.join(known)} must be there, with its arguments")
        return name, self.part(name)

    def at(self, name: str) -> str:
        """A key as messages write it, with the path to it."""
        return f"{self.path}.{name}" if self.path else name

    # Values of a kind ------------------------------------------------------------------------------------------------

    def number(
        self, name: str, default: Any = NEEDED, *, low: float | None = None, above: float | None = None,
        high: float | None = None,
    ) -> Any:  # fmt: skip
        """A finite number, in the domain if one is given."""
        domain = _domain("a number", low, above, high)
        value = self._value(name, default, domain)
        if value is default:
            return value
        number = as_kind(value, float)
        if number is None or not math.isfinite(number) or not _within(number, low, above, high):
            raise self.error(name, domain, value)
        return number

    def whole(self, name: str, default: Any = NEEDED, *, low: int | None = 0, high: int = 2**53) -> Any:
        """A count; a float such as 1e4 is one, too."""
        domain = _domain("a whole number", low, None, high if high < 2**53 else None)
        value = self._value(name, default, domain)
        if value is default:
            return value
        number = as_kind(value, float)
        if number is None or not number.is_integer() or abs(number) > high or (low is not None and number < low):
            raise self.error(name, domain, value)
        return int(number)

    def flag(self, name: str, default: Any = NEEDED) -> Any:
        """A truth value."""
        value = self._value(name, default, "true or false")
        if value is not default and not isinstance(value, bool):
            raise self.error(name, "true or false", value)
        return value

    def text(self, name: str, default: Any = NEEDED, choices: Sequence[str] = ()) -> Any:
        """A text, one of the choices if there are any."""
        value = self._value(name, default, f"one of {', '.join(choices)}" if choices else "a text")
        if value is default:
            return value
        if not choices and not isinstance(value, str):
            raise self.error(name, "a text", value)
        return self.chosen(name, value, choices) if choices else value

    def chosen(self, name: str, value: Any, choices: Sequence[str]) -> Any:
        """A value that is one of the choices; an error names the nearest of them."""
        if isinstance(value, str) and value in choices:
            return value
        lower = {choice.lower(): choice for choice in choices}
        near = get_close_matches(value.lower(), lower, 1) if isinstance(value, str) else []
        hint = f"; did you mean {lower[near[0]]!r}?" if near else ""
        domain = f"one of {', '.join(choices)}"
        raise ValueError(f"{self.error(name, domain, value)}{hint}")

    def numbers(self, name: str, default: Any = NEEDED) -> Any:
        """A list of finite numbers."""
        value = self._value(name, default, "a list of numbers")
        if value is default:
            return value
        found = [as_kind(item, float) for item in value] if isinstance(value, list) else [None]
        if not all(item is not None and math.isfinite(item) for item in found):
            raise self.error(name, "a list of numbers", value)
        return found

    def part(self, name: str) -> Fields:
        """The mapping under a name; an empty one if it is not said."""
        value = self.get(name, {})
        if not isinstance(value, Mapping):
            raise self.error(name, "a mapping", value)
        return self.of(value, self.at(name))

    def parts(self, name: str) -> list[Fields]:
        """The mappings in the list under a name, or the only one there; none if it is not said."""
        value = self.get(name, [])
        items = value if isinstance(value, list) else [value]
        for k, item in enumerate(items):
            if not isinstance(item, Mapping):
                raise self.error(f"{name}[{k}]", "a mapping", item)
        return [self.of(item, f"{self.at(name)}[{k}]") for k, item in enumerate(items)]

    def of(self, data: Mapping[str, Any], path: str) -> Fields:
        """Another mapping of the same file."""
        return Fields(data, self.name, self.system, self.title, self.because, path)

    # What is wrong, and what was found -------------------------------------------------------------------------------

    def error(self, name: str, domain: str, value: Any) -> ValueError:
        """A value is outside its domain."""
        told = str(value) if isinstance(value, Unread) else shorten(value)
        if isinstance(value, str) and "${" in value:
            told += ", an interpolation of what is not in the file"
        return self.refusal(f"{self.at(name)} must be {domain}, got {told}")

    def refusal(self, obstacle: str) -> ValueError:
        """The config cannot be read, for a reason of the system."""
        return ValueError(f"{OWNER}: {self.name}: {self.title}: {obstacle}")

    @contextmanager
    def handed_to(self, name: str) -> Iterator[None]:
        """Whatever a reader of live objects says against these values is said of the config."""
        for key, value in self.data.items():
            if any(isinstance(item, float) and not math.isfinite(item) for item in _flat(value)):
                raise self.error(key, "finite", value)
        try:
            yield
        except KeyError as missing:
            raise self.refusal(f"{self.at(str(missing.args[0]))} is missing: {name} needs it") from None
        except ArithmeticError:
            raise self.refusal(f"{name}: a number is too large or too small") from None
        except (TypeError, ValueError) as error:
            if str(error).startswith(OWNER):
                raise
            raise self.refusal(f"{name}: {error}") from None

    def missing(self, needs: str, unsaid: str, field: str, example: str = "…") -> ValueError:
        """A number is needed that the file lacks: what for, and the field of `Budget` that gives it.

        ``fields.missing("warms up in batches", "how many an epoch has", "batches")``
        """
        length = "" if field in (*LENGTHS, *DATA) else "updates=… "  # which every budget has
        return ValueError(
            f"{OWNER}: {self.title} {needs}, and {self.name} does not say {unsaid}: "
            f"give budget='{length}{field}={example}' (Budget.{field})"
        )

    def found(
        self, schedules: Mapping[str, LearningRateSchedule], budget: Budget | None, *departures: str
    ) -> Configured:
        """The result: the schedules by group, with what is to be said about them."""
        return Configured(
            self.system, self.because, dict(schedules), budget, tuple(text for text in departures if text)
        )

    def _value(self, name: str, default: Any, domain: str) -> Any:
        value = self.get(name)
        if value is not None:
            return value
        if default is NEEDED:
            raise self.refusal(f"{self.at(name)} is missing: it must be {domain}")
        return default


def _flat(value: Any) -> Iterator[Any]:
    """The single values in a list of lists."""
    for item in value if isinstance(value, list) else [value]:
        yield from _flat(item) if isinstance(item, list) else [item]


def _domain(kind: str, low: float | None, above: float | None, high: float | None) -> str:
    bounds = [f"{sign} {bound:g}" for sign, bound in ((">=", low), (">", above), ("<=", high)) if bound is not None]
    return f"{kind} {' and '.join(bounds)}".strip()


def _within(number: float, low: float | None, above: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (above is None or number > above) and (high is None or number <= high)
