"""Count the Python functions of lrkit that run on its main ways: ``python benchmarks/ways.py``.

Each way runs in a new interpreter, as a user's first use does. A count is of calls, and in brackets of different
functions and of the files that they are in. With the name of a way, the functions are listed: ``ways.py plot``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import textwrap

BIND = """
    from types import SimpleNamespace
    from lrkit.lr_scheduler import CosineAnnealingLR
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
"""
ADAM = """
    import numpy as np
    from lrkit import optim
    weight = lrkit.Parameter(np.ones(3, np.float32), name="weight")
    optimizer = optim.Adam([weight], learning_rate=0.1)
    gradients = [np.ones(3, np.float32)]
"""
TORCH = """
    import torch
    from lrkit.interop import from_torch
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
"""
COSINE = "schedule = lrkit.CosineDecayLR(0, 0.1, 100)"
WAYS = {
    "construct": ("lrkit.CosineDecayLR", "lrkit.CosineDecayLR(0, 0.1, 100)"),
    "warmup": (COSINE, "schedule.warmup(10)"),
    "first call": (COSINE, "schedule(5)"),
    "plot": (f"{COSINE}; lrkit.plot", "lrkit.plot(schedule)"),
    "first Adam step": (ADAM, "optimizer(gradients)"),
    "later Adam step": (f"{ADAM}\n    optimizer(gradients); optimizer(gradients)", "optimizer(gradients)"),
    "bind": (BIND, "CosineAnnealingLR(optimizer, 10)"),
    "scheduler step": (
        f"{BIND}\n    scheduler = CosineAnnealingLR(optimizer, 10); scheduler.step(); scheduler.step()",
        "scheduler.step()",
    ),
    "from_torch": (TORCH, "from_torch(theirs)"),
}
"""By name: what comes before, which is not counted, and what is counted."""

PROGRAM = """
import collections, pathlib, sys
import lrkit

ROOT = pathlib.Path(lrkit.__file__).parent
calls = collections.Counter()

def count(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(str(ROOT)) and code.co_name != "<module>":
        calls[code.co_filename, code.co_firstlineno, code.co_name] += 1

{before}
sys.setprofile(count)
{counted}
sys.setprofile(None)
print(f"{{calls.total()}} ({{len(calls)}}, {{len({{file for file, _, _ in calls}})}})")
for (file, line, name), times in calls.most_common():
    print(f"{{times:>6}}  {{pathlib.Path(file).relative_to(ROOT)}}:{{line}}  {{name}}")
"""


def counted(way: str) -> list[str]:
    """The count of a way, then a line for each function."""
    before, expression = WAYS[way]
    program = PROGRAM.format(before=textwrap.dedent(before), counted=expression)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else [done.stderr.strip().splitlines()[-1]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the functions of lrkit that run on its main ways.")
    parser.add_argument("way", nargs="?", choices=WAYS, help="the way whose functions are listed")
    chosen = parser.parse_args().way
    for way in [chosen] if chosen else WAYS:
        total, *functions = counted(way)
        print(f"{way:<16} {total}")
        if chosen:
            print("\n".join(functions))


if __name__ == "__main__":
    main()
