"""Rates that the code of training systems itself gave, against what is read.

``schedulers.json`` is of DeepSpeed 0.16.9 and megatron-core 0.16.1; the others were written by
``tests/tools/record_trainers.py`` and name the version.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrkit

FOLDER = Path(__file__).parent / "recorded"
RECORDED = json.loads((FOLDER / "schedulers.json").read_text(encoding="utf-8"))
TRAINERS = ("nemo", "axolotl", "litgpt", "torchtune", "torchtitan", "fastai", "llmfoundry", "megatron")


@pytest.mark.parametrize("system", sorted({one["system"] for one in RECORDED}))
def test_a_config_gives_the_rates_of_the_system(system: str) -> None:
    """60 random configs of each, from the first step to well past the end, to 1e-12 of the peak."""
    cases = [one for one in RECORDED if one["system"] == system]
    assert len(cases) >= 30
    for case in cases:
        found = _read(case["config"])[case["group"]](np.array(case["steps"]))
        peak = max(case["rates"])
        np.testing.assert_allclose(found, case["rates"], rtol=0, atol=1e-12 * peak, err_msg=str(case["config"]))


@pytest.mark.parametrize("trainer", TRAINERS)
def test_a_config_gives_the_rates_of_the_trainers_own_code(trainer: str) -> None:
    """60 random configs of each, a group of them if the system drives several; told by their content alone."""
    recorded = json.loads((FOLDER / f"{trainer}.json").read_text(encoding="utf-8"))
    assert len(recorded["runs"]) == 60
    for run in recorded["runs"]:
        configured = _read(run["config"], run.get("budget"))
        found = configured[run.get("group", "lr")](np.array(run["steps"]))
        peak = max(map(abs, run["rates"]))
        np.testing.assert_allclose(found, run["rates"], rtol=0, atol=1e-12 * peak, err_msg=str(run["config"]))


def test_what_is_written_for_axolotl_has_the_rates_of_its_code() -> None:
    """Jagged restarts, and one_cycle's own arguments among them."""
    runs = json.loads((FOLDER / "axolotl.json").read_text(encoding="utf-8"))["runs"]
    assert len([run for run in runs if run["config"].get("jagged_restart_steps")]) > 10
    for run in runs:
        text = lrkit.as_source(_read(run["config"]), "axolotl")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            again = lrkit.from_config(text, "axolotl")["lr"](np.array(run["steps"]))
        np.testing.assert_allclose(again, run["rates"], rtol=0, atol=1e-12 * max(run["rates"]), err_msg=text)


def _read(config: dict[str, Any], budget: str | None = None) -> lrkit.Configured:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return lrkit.from_config(config, budget=budget)
