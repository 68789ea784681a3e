"""Adapters: other frameworks' schedules read into lrkit's, and lrkit's made theirs.

One module for each framework, which alone imports it, and only when an adapter is called.
"""

from importlib import import_module
from typing import Any

ADAPTERS = {
    "from_keras": "keras",
    "from_mindspore": "mindspore",
    "from_optax": "optax",
    "from_timm": "timm",
    "from_torch": "torch",
    "from_transformers": "transformers",
    "to_keras": "keras",
    "to_mindspore": "mindspore",
    "to_optax": "optax",
    "to_torch": "torch",
}
"""Which module has an adapter."""


def __getattr__(name: str) -> Any:
    if name not in ADAPTERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{ADAPTERS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *ADAPTERS})
