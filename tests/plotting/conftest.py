"""Pictures are drawn without a window, and each test begins and ends without a figure of pyplot's."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _no_figures() -> Any:
    plt.close("all")
    yield
    plt.close("all")
