"""timm and transformers, imported for a test where they can be."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import pytest


def imported(module: str) -> Any:
    """The module, or the test skipped."""
    pytest.importorskip("torch")
    _mend_torchvision()
    return pytest.importorskip(module)


@cache
def _mend_torchvision() -> None:
    """Let torchvision be imported, as timm and transformers do, although no schedule has a use for it.

    One that is built for another torch (PyPI's for CUDA, beside a torch without it) stops at operators that it takes
    for granted: they are declared, and never called.
    """
    try:
        import_module("torchvision")
    except ImportError:
        pass
    except RuntimeError:
        for name in ("nms", "qnms"):
            import_module("torch").library.define(f"torchvision::{name}", "(Tensor a, Tensor b, float c) -> Tensor")
        import_module("torchvision")
