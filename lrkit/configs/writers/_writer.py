"""`Writer`: how a schedule becomes configs of a training system; and what each file here proposes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...schedules._base import LearningRateSchedule
from ._forms import yaml_text

Config = dict[str, Any]


class Proposal(NamedTuple):
    """A config that may be equal to a schedule, and the budget that it is read with, if it does not say that itself."""

    config: Config
    budget: str = ""


class Writer(NamedTuple):
    """Proposals for a schedule, and how a config of the system is written as a text.

    Each is read back and compared, so that a wrong one does no harm.
    """

    propose: Callable[[LearningRateSchedule], Iterator[Config | Proposal]]
    text: Callable[[Config], str] = yaml_text
