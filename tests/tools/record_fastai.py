"""Write the values of fastai's own schedules, for random ones, to ``tests/interop/recorded/fastai.json``.

Run by hand, with a Python that has torch, and fastai's wheel unpacked into a folder: ``python
tests/tools/record_fastai.py FOLDER``. Of fastai its file ``callback/schedule.py`` is run as it stands, with what it
imports given, twice: with tensors in float64, which shows its arithmetic, and in float32, as fastai has them.
"""

from __future__ import annotations

import functools
import json
import math
import random
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import torch

RECORDED = Path(__file__).parents[1] / "interop" / "recorded" / "fastai.json"
RUNS, SHOWN = 60, 14
SHARES = ([0.5, 0.5], [0.25, 0.75], [0.3, 0.7], [0.125, 0.375, 0.5], [1 / 7, 2 / 7, 4 / 7], [0.99, 1 - 0.99])


def _store(names: str) -> None:
    frame = sys._getframe(1)
    for name in names.split(","):
        setattr(frame.f_locals["self"], name, frame.f_locals[name])


def schedule_file(folder: Path, dtype: torch.dtype) -> ModuleType:
    """The file of fastai, with its tensors of a type."""
    given = {
        "store_attr": _store, "functools": functools, "math": math, "torch": torch, "L": list, "np": np,
        "Callback": object, "docs": lambda cls: cls, "patch": lambda function: function, "Recorder": object,
        "delegates": lambda *_: lambda function: function, "Learner": SimpleNamespace(fit_one_cycle=None),
        "is_listy": lambda value: isinstance(value, (list, tuple)),
        "tensor": lambda values: torch.tensor(values, dtype=dtype),
    }  # fmt: skip
    for name in ("fastai", "fastai.callback", "fastai.basics", "fastai.callback.tracker", "fastai.callback.schedule"):
        sys.modules[name] = ModuleType(name)
    vars(sys.modules["fastai.basics"]).update(given)
    vars(sys.modules["fastai.callback.tracker"])["SaveModelCallback"] = object
    module = sys.modules["fastai.callback.schedule"]
    module.__package__ = "fastai.callback"
    text = (folder / "fastai/callback/schedule.py").read_text(encoding="utf-8")
    exec(compile(text[: text.index("mk_class(")], "schedule.py", "exec"), vars(module))
    return module


def drawn(r: random.Random) -> list[Any]:
    """A schedule as data: its name in fastai, and the arguments."""
    ends = [r.choice([0.1, 0.004, 1e-3]), r.choice([0.1, 1e-5, 0.05])]
    name = r.choice(["SchedCos", "SchedLin", "SchedNo", "SchedExp", "SchedPoly"])
    return [name, *ends, *([r.choice([1.0, 2.0, 0.5])] if name == "SchedPoly" else [])]


def made(module: ModuleType, spec: list[Any]) -> Any:
    """The schedule that the data say."""
    if spec[0] == "combine_scheds":
        return module.combine_scheds(spec[1], [made(module, part) for part in spec[2]])
    return getattr(module, spec[0])(*spec[1:])


def main(folder: Path) -> None:
    """Write the file."""
    r, runs = random.Random(17), []
    for _ in range(RUNS):
        shares = r.choice([shares for shares in SHARES if sum(shares) == 1])
        cycles = ["combine_scheds", shares, [["SchedCos", 0.1, 0.0] for _ in shares]]
        one_cycle = ["combined_cos", r.choice([0.25, 0.3, 0.1]), 0.004, 0.1, 1e-6]
        mixed = ["combine_scheds", shares, [drawn(r) for _ in shares]]
        spec, total = r.choice([drawn(r), one_cycle, mixed, mixed, cycles]), r.choice([r.randint(5, 400), 7, 70])
        steps = sorted({0, 1, total - 2, total - 1, *r.sample(range(total), min(total, SHOWN - 4))})
        run = {"schedule": spec, "total": total, "steps": steps}
        for name, dtype in (("double", torch.float64), ("single", torch.float32)):
            function = made(schedule_file(folder, dtype), spec)
            run[name] = [float(function(step / total)) for step in steps]
        runs.append(run)
    lines = ",\n".join(json.dumps(run) for run in runs)
    RECORDED.write_text(f'{{"version": "fastai 2.8.12", "runs": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
