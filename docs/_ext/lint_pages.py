"""A page for each code of `lint`, written from its declaration, and their table for the guide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalogue import _code, _heading, _table, _tree, write_pages

import lrkit
from lrkit.linting import CODES, Code

TORCH = "import lrkit, torch\n\nweight = torch.nn.Parameter(torch.ones(64))"
LIVE = {
    "end/raises": f"""{TORCH}
optimizer = torch.optim.SGD([weight], lr=0.1)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=90)
print(lrkit.lint(scheduler, 100))""",
    "resume/jump": f"""{TORCH}
optimizer = torch.optim.SGD([weight], lr=1e-3)
scheduler = lrkit.to_torch(lrkit.CosineDecayLR(0, 1e-3, 100), optimizer, last_epoch=49)
optimizer.param_groups[0]["lr"] = 1e-5  # what another program had written
print(lrkit.lint(scheduler, 100, ignore=["warmup"]))""",
    "warmup/none-for-adam": f"""{TORCH}
optimizer = torch.optim.AdamW([weight], lr=1e-3)
print(lrkit.lint(optimizer, 10_000))""",
    "int/overflow-float32": """import keras, lrkit

print(lrkit.lint(keras.optimizers.schedules.CosineDecay(1e-3, 10**9), 10**9))""",
    "precision/lost-update": f"""{TORCH}
weight = torch.nn.Parameter(torch.ones(64, dtype=torch.bfloat16))
optimizer = torch.optim.AdamW([weight], lr=6e-4)
print(lrkit.lint(optimizer, 1000, ignore=["warmup"]))""",
    "decay/wd-coupled": f"""{TORCH}
optimizer = torch.optim.Adam([weight], lr=1e-3, weight_decay=0.01)
print(lrkit.lint(optimizer, 1000, ignore=["warmup"]))""",
    "unit/stepping": f"""{TORCH}
optimizer = torch.optim.SGD([weight], lr=0.1)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=9000)
config = {{"scheduler": scheduler, "interval": "epoch"}}  # as a module of Lightning's returns it
print(lrkit.lint(config, lrkit.Budget(batches=100, epochs=90)))""",
}
"""The cases of codes that only a living object can show."""


def page(code: Code) -> str:
    parts = [
        _heading(code.name, "="),
        code.rule,
        f"*Severity*: {code.severity}. *Seen in*: {code.source}.",
        _heading("A case", "-"),
    ]
    parts += _shown(code) if code.bad else [f".. exec::\n\n{_indented(LIVE[code.name])}"]
    if code.hides:
        hidden = ", ".join(f":doc:`{other} <{CODES[other].page}>`" for other in code.hides)
        parts += [_heading("Said once", "-"), f"Where it is found, these are not said again: {hidden}."]
    parts += [_heading("Leave it out", "-"), _code(f"lrkit lint EXPR --ignore {code.name}", "sh")]
    return ".. Written by docs/_ext/lint_pages.py.\n\n" + "\n\n".join(parts) + "\n"


def _shown(code: Code) -> list[str]:
    """The case with its picture, the report, the fix, and the schedule near it that is clean."""
    budget = "None" if code.budget is None else f"lrkit.Budget({', '.join(f'{k}={v}' for k, v in code.budget.items())})"
    made = (
        f'import lrkit\n\nschedule = lrkit.parse("{code.bad}")\nbudget = {budget}\nfound = lrkit.lint(schedule, budget)'
    )
    total = lrkit.parse(code.bad).horizon if code.budget is None else lrkit.Budget(**code.budget).total
    drawn = f'lrkit.plot({{"the case": schedule, "with the fix": found[0].fix or schedule}}, steps={total})'
    return [
        f".. exec::\n\n{_indented(made)}\n   print(found)",
        f".. exec::\n\n{_indented(drawn)}",
        "A schedule near it, in which it is not found:",
        f'.. exec::\n\n   print(lrkit.lint(lrkit.parse("{code.good}"), budget))',
    ]


def _indented(text: str) -> str:
    return "\n".join(f"   {line}".rstrip() for line in text.splitlines())


def index() -> str:
    rows = [[f":doc:`{code.name} <{code.page}>`", code.severity, code.rule] for code in CODES.values()]
    return "\n\n".join(
        [
            _heading("What lint finds", "="),
            f"The {len(CODES)} codes of `lint`, each with a page: a case, its picture, a clean schedule near it, "
            "and where it was seen. The guide is :doc:`/guides/lint`.",
            _table(["code", "severity", "what is found"], rows),
            _tree("Codes", [code.page for code in CODES.values()]),
        ]
    ) + "\n"  # fmt: skip


def write(app: Any) -> None:
    texts = {code.page: page(code) for code in CODES.values()} | {"index": index()}
    write_pages(Path(app.srcdir, "lint"), texts)


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
