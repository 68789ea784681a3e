"""The guide to sharded training in JAX, run as it stands: on two devices, on one, and killed in the middle."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from processes import LIMIT

import lrkit

pytest.importorskip("jax")
pytest.importorskip("optax")

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "sharded-jax.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Each is a program of its own beside the page's `train.py`: JAX has its devices from its first import on.
COMPARED = """
    import json
    import jax, numpy as np
    from pathlib import Path
    from train import train

    def run(devices, name):
        rates, places = [], set()

        def watch(step, state):
            rates.append([float(state.hyperparams[key]) for key in ("learning_rate", "weight_decay")])
            places.add(len(state.hyperparams["learning_rate"].sharding.device_set))

        weights = train(40, devices, Path(name), watch=watch)
        return rates, sorted(places), {key: np.asarray(w).tolist() for key, w in weights.items()}

    print(json.dumps([run(jax.devices(), "two.pickle"), run(jax.devices()[:1], "one.pickle")]))
"""
KILLED = """
    import os, signal, jax
    from pathlib import Path
    from train import train

    def watch(step, state):
        if step == 17:  # three steps after the last file
            os.kill(os.getpid(), signal.SIGKILL)

    train(40, jax.devices(), Path("killed.pickle"), watch=watch)
"""
RESUMED = """
    import json, jax, numpy as np
    from pathlib import Path
    from train import train

    begun = []
    weights = train(40, jax.devices(), Path("killed.pickle"), watch=lambda step, state: begun.append(step))
    print(json.dumps([begun, {key: np.asarray(w).tolist() for key, w in weights.items()}]))
"""


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    lines = "\n".join(line.removeprefix("    ") for line in program.splitlines())
    folders = str(folder), str(Path(lrkit.__file__).parents[1]), os.environ.get("PYTHONPATH")
    path = os.pathsep.join(filter(None, folders))
    environment = os.environ | {
        "PYTHONPATH": path,
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    }
    command = [sys.executable, "-W", "error", "-c", lines]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the page's program in it."""
    found = tmp_path_factory.mktemp("sharded")
    blocks = [text for language, text in BLOCK.findall(PAGE.read_text()) if language == "python"]
    (found / "train.py").write_text("\n\n".join(blocks))
    return found


@pytest.fixture(scope="module")
def compared(folder: Path) -> Any:
    done = run(COMPARED, folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_prints_what_it_says(folder: Path) -> None:
    printed = [text for language, text in BLOCK.findall(PAGE.read_text()) if language == "text"]
    done = run("import runpy; runpy.run_module('train', run_name='__main__')", folder)
    assert done.returncode == 0, done.stderr
    assert [done.stdout] == printed


def test_the_rates_are_those_of_one_device_and_of_the_schedules(compared: Any) -> None:
    (two, places, _), (one, single, _) = compared
    assert (places, single) == ([2], [1])
    assert two == one
    rate = lrkit.CosineDecayLR(min_lr=0.001, max_lr=0.05, decay_steps=30).warmup(10)
    decay = lrkit.linear(0.01, 0.1, 40)
    for step, found in enumerate(two):
        assert found == pytest.approx([rate(step), decay(step)], rel=2.0**-24)


def test_the_parameters_are_those_of_one_device(compared: Any) -> None:
    """To 1e-5 of the largest, as the page says."""
    (_, _, two), (_, _, one) = compared
    for key, weights in one.items():
        exact = np.array(weights)
        assert np.abs(np.array(two[key]) - exact).max() <= 1e-5 * np.abs(exact).max()


def test_a_killed_run_goes_on_to_the_same_bits(folder: Path, compared: Any) -> None:
    assert run(KILLED, folder).returncode == -9
    done = run(RESUMED, folder)
    assert done.returncode == 0, done.stderr
    steps, weights = json.loads(done.stdout)
    assert steps == list(range(15, 40))
    assert weights == compared[0][2]
