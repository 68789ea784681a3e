"""Rates that the schedulers of DeepSpeed 0.16.9 and of megatron-core 0.16.1 themselves gave, against what is read."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrkit

RECORDED = json.loads((Path(__file__).parent / "recorded" / "schedulers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("system", sorted({one["system"] for one in RECORDED}))
def test_a_config_gives_the_rates_of_the_system(system: str) -> None:
    """60 random configs of each, from the first step to well past the end, to 1e-12 of the peak."""
    cases = [one for one in RECORDED if one["system"] == system]
    assert len(cases) >= 30
    for case in cases:
        found = _read(case["config"])[case["group"]](np.array(case["steps"]))
        peak = max(case["rates"])
        np.testing.assert_allclose(found, case["rates"], rtol=0, atol=1e-12 * peak, err_msg=str(case["config"]))


def _read(config: dict[str, Any]) -> lrkit.Configured:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return lrkit.from_config(config)
