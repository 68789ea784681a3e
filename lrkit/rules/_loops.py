"""Update rules compiled by numba, where it is installed: NumPy's bits, in one pass over the memory."""

from __future__ import annotations

import hashlib
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from .._files import replacing
from ..tracing import Recording, numbers_of
from ..tracing.in_place import Program
from ..tracing.loop import source

DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
"""Only in native byte order."""
WORTH_IT = 2**14
"""Numbers in a batch. Loading numba takes nearly half a second, which a small model never gets back."""


def looped(recording: Recording, owner: str) -> Program | None:
    """The recording of an update rule as a compiled loop; None without numba, or where its bits might differ."""
    numba, text = _numba(), source(recording)
    if numba is None or text is None:
        return None
    file, kept = _kept(text, owner)
    scope: dict[str, Any] = {"__name__": __name__}  # numba imports the module of a function that it has kept
    exec(compile(text, file, "exec"), scope)
    # No fast arithmetic and no contraction of a product and a sum: NumPy has neither.
    options = {"error_model": "numpy", "nogil": True, "fastmath": False}
    try:
        run = numba.njit(**options, cache=kept)(scope["run"])
    except RuntimeError:  # numba finds no directory that it may write to
        run = numba.njit(**options)(scope["run"])
    return Program(run, numbers_of(recording), scratch=0, whole=True)


@cache
def _numba() -> Any:
    """The library, or None."""
    if find_spec("numba") is None:
        return None
    try:
        import numba
    except ImportError as error:  # with a NumPy that it does not know
        warnings.warn(
            f"lrkit runs update rules with NumPy, since numba does not load: {error}", RuntimeWarning, stacklevel=2
        )
        return None
    return None if getattr(numba.config, "DISABLE_JIT", 0) else numba  # which checkers of types do not see


def _kept(text: str, owner: str) -> tuple[str, bool]:
    """A file with the text in the user's cache, beside which numba keeps what it compiled; whether there is one."""
    from platformdirs import user_cache_path

    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = user_cache_path("lrkit", appauthor=False) / "loops" / f"{owner}-{digest}.py"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            with replacing(path) as new:
                new.write_text(text)
    except OSError:
        return f"<lrkit {owner}>", False
    return str(path), True
