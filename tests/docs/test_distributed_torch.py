"""The page on distributed torch, run as it stands: two processes, one of the runs killed and resumed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import lrkit

torch = pytest.importorskip("torch")
if not (torch.distributed.is_available() and torch.distributed.is_gloo_available()):
    pytest.skip("torch has no gloo", allow_module_level=True)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guides" / "distributed-torch.md"
PATIENCE = 240
"""Seconds until a run is given up: many times what one takes."""
RATE = lrkit.CosineDecayLR(0.0, 0.05, 20).warmup(4)
STEPS, KILLED = 24, 9


def launched(folder: Path, *arguments: str) -> tuple[list[int], list[list[list[str]]]]:
    """How both processes ended, and the lines that each printed, in words."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": "2",
        "GLOO_SOCKET_IFNAME": "lo" if sys.platform == "linux" else "",
        "OMP_NUM_THREADS": "1",
    }
    environment = {key: value for key, value in shared.items() if value}
    files = [(folder / f"{rank}.{kind}").open("w+") for rank in range(2) for kind in ("out", "err")]
    processes = [
        subprocess.Popen(
            [sys.executable, "train.py", *arguments],
            cwd=folder,
            env=environment | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=files[2 * rank],
            stderr=files[2 * rank + 1],
        )
        for rank in range(2)
    ]
    try:
        codes = [process.wait(PATIENCE) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for file in files:
            file.seek(0)
    texts = [file.read() for file in files]
    for file in files:
        file.close()
    if codes not in ([0, 0], [9, 9]):
        pytest.fail("\n".join(texts))
    return codes, [[line.split() for line in texts[2 * rank].splitlines()] for rank in range(2)]


def test_the_page_is_true(tmp_path: Path) -> None:
    program, *_ = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "train.py").write_text(program)

    codes, whole = launched(tmp_path, "whole.pt")
    assert codes == [0, 0]
    assert [line[0] for line in whole[0]] == [str(step) for step in range(STEPS)]
    assert whole[0] == whole[1]  # rates and weights, of both processes, at each step
    assert [float.fromhex(line[1]) for line in whole[0]] == RATE.to_list(STEPS)
    assert [float.fromhex(line[2]) for line in whole[0]] == (0.2 * RATE).to_list(STEPS)
    assert len({tuple(line[3:]) for line in whole[0]}) > STEPS // 2  # the weights move

    codes, killed = launched(tmp_path, "resumed.pt", str(KILLED))
    assert codes == [9, 9]
    assert killed == [lines[:KILLED] for lines in whole]
    codes, resumed = launched(tmp_path, "resumed.pt")
    assert codes == [0, 0]
    assert resumed == [lines[KILLED:] for lines in whole]


def test_the_page_says_how_long_the_run_is() -> None:
    text = PAGE.read_text()
    assert f"STEPS = {STEPS}\n" in text
    assert f"`rate.to_list({STEPS})`" in text
    assert f"train.py run.pt {KILLED} " in text
