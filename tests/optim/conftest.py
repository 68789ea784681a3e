"""The tests of optimizers run the rules with NumPy, so that none waits for a compiler; those of loops ask for them."""

from __future__ import annotations

import math

import pytest


@pytest.fixture(autouse=True)
def rules_run_with_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrkit.rules._batch.WORTH_IT", math.inf)
