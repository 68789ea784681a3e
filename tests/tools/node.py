"""A script of JavaScript, run by node: what the modules of the designer do, without a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

LRKIT = Path(__file__).parents[2] / "lrkit"


def run_node(script: str, data: Any = None, *, seconds: float = 120) -> Any:
    """What the script prints as JSON; `data` is what its standard input holds, as JSON.

    An import of ``lrkit/ROOM/FILE.js`` finds that file.
    """
    script = script.replace('from "lrkit/', f'from "{LRKIT.as_uri()}/')
    done = subprocess.run(
        [shutil.which("node") or "node", "--input-type=module", "-e", script],
        input=json.dumps(data), capture_output=True, text=True, encoding="utf-8", timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout) if done.stdout else None
