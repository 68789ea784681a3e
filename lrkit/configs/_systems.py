"""The systems, and which of them a config is of."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from .._params import shorten
from ._load import OWNER
from ._system import System
from .accelerate import SYSTEM as ACCELERATE
from .axolotl import SYSTEM as AXOLOTL
from .big_vision import SYSTEM as BIG_VISION
from .composer import SYSTEM as COMPOSER
from .deepspeed import SYSTEM as DEEPSPEED
from .detectron2 import OLDER as DETECTRON2_BEFORE_FVCORE
from .detectron2 import SYSTEM as DETECTRON2
from .easylm import SYSTEM as EASYLM
from .fairseq import SYSTEM as FAIRSEQ
from .fastai import SYSTEM as FASTAI
from .ignite import SYSTEM as IGNITE
from .levanter import SYSTEM as LEVANTER
from .lightning import SYSTEM as LIGHTNING
from .litgpt import SYSTEM as LITGPT
from .maxtext import SYSTEM as MAXTEXT
from .megatron import SYSTEM as MEGATRON
from .mmengine import SYSTEM as MMENGINE
from .nanogpt import FAMILY
from .nemo import SYSTEM as NEMO
from .paddle import SYSTEM as PADDLE
from .scenic import SYSTEM as SCENIC
from .t5x import SYSTEM as T5X
from .torchtitan import SYSTEM as TORCHTITAN
from .torchtune import SYSTEM as TORCHTUNE
from .transformers import SYSTEM as TRAINER
from .ultralytics import OLDER as YOLOV5
from .ultralytics import SYSTEM as ULTRALYTICS

SYSTEMS: tuple[System, ...] = (
    ULTRALYTICS,
    YOLOV5,
    MMENGINE,
    DETECTRON2_BEFORE_FVCORE,
    DETECTRON2,
    PADDLE,
    FAIRSEQ,
    COMPOSER,
    LEVANTER,
    MAXTEXT,
    SCENIC,
    T5X,
    BIG_VISION,
    EASYLM,
    FASTAI,
    IGNITE,
    DEEPSPEED,
    MEGATRON,
    NEMO,
    TORCHTUNE,
    TORCHTITAN,
    LIGHTNING,
    AXOLOTL,
    LITGPT,
    *FAMILY,
    ACCELERATE,
    TRAINER,
)
"""In the order in which they are asked: what has keys of its own comes before what shares them."""

NO_CONFIG = ("log_history", "lrkit")
"""Keys of what is a log, or a schedule's own form."""


def system_named(name: Any) -> System:
    """The system of a name."""
    if not isinstance(name, str):
        raise TypeError(f"{OWNER}: system must be the name of a system or None, got {shorten(name)}")
    known = {also: system for system in SYSTEMS for also in (system.name, *system.aliases)}
    if name not in known:
        near = get_close_matches(name.lower().replace("-", "_"), known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {_names()}"
        raise ValueError(f"{OWNER}: system must be one that is known, got {shorten(name)}; {hint}")
    return known[name]


def recognised(data: Mapping[str, Any]) -> tuple[System, str] | None:
    """The system that a config is of, and what in it says so."""
    if any(key in data for key in NO_CONFIG):
        return None
    return next(((system, why) for system in SYSTEMS if (why := system.recognise(data))), None)


def unknown(data: Mapping[str, Any], name: str) -> ValueError:
    """Nothing says of which system the config is."""
    keys = ", ".join(map(shorten, list(data)[:8])) + (", ..." if len(data) > 8 else "")
    return ValueError(
        f"{OWNER}: {name}: nothing in it says of which system it is; its keys are {keys or 'none'}: "
        f"give system=, one of {_names()}"
    )


def _names() -> str:
    return ", ".join(system.name for system in SYSTEMS)
