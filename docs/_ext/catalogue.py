"""The catalogue: a page for each schedule, written from the registry before Sphinx reads the pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from designer import live
from examples import FACTORS, FAMILIES, call_of, family_of

import lrkit
from lrkit._params import Field, fields_of
from lrkit.chart import make_chart
from lrkit.cli.list import summary
from lrkit.plotting.card import sparkline
from lrkit.schedules._registry import FUNCTIONS, classes, sorted_kinds

FRAMEWORKS = {
    "torch": "PyTorch", "optax": "optax", "keras": "Keras", "mindspore": "MindSpore", "transformers": "transformers",
}  # fmt: skip
ROWS = 20


def entries() -> dict[str, Any]:
    """Every schedule of lrkit's own, by name."""
    own = [cls for cls in sorted_kinds().values() if cls.__module__.startswith("lrkit.")]
    return {entry.__name__: entry for entry in [*own, *FUNCTIONS.values()]}


def page(entry: Any) -> str:
    name, call = entry.__name__, call_of(entry)
    schedule = lrkit.parse(call)
    stop = schedule.horizon + 1
    shown = np.unique(np.linspace(0, stop - 1, ROWS).astype(int))
    related = _related(name, schedule)
    what = "factor" if name in FACTORS else "learning rate"
    is_table = isinstance(schedule, lrkit.TableLR) and name != "TableLR"
    drawn = f"lrkit.plot(lrkit.{_qualified(call)}" + (f', labels=["{name}"])' if is_table else ")")
    drawn += f'.set_ylabel("{what}")' if name in FACTORS else ""
    parts = [
        _heading(name, "="),
        live(call, what, f".. exec::\n\n   import lrkit\n\n   {drawn}"),
        _details("The picture as a table", _rates(schedule, shown, what)),
        _heading("Definition", "-"),
        f".. auto{'class' if isinstance(entry, type) else 'function'}:: lrkit.{name}",
        _heading("Parameters and their domains", "-"),
        _table(
            ["parameter", "symbol", "domain", "default", "typical"],
            [_parameter(field) for field in fields_of(entry).values()],
        ),
        _heading("At the boundaries", "-"),
        f"Of the schedule in the picture, ``{call}``, which has nothing new to show after step {schedule.horizon:,}.",
        _rates(schedule, _boundaries(schedule), what),
        _heading("As JSON", "-"),
        *([f"A `TableLR` of {len(schedule.rates)} numbers, which ``{call}.to_json()`` writes."] if is_table else [
            "`from_json` reads it back." if isinstance(entry, type) else "The expression that it stands for.",
            _code(json.dumps(json.loads(schedule.to_json()), indent=2) if len(schedule.to_json()) < 1000
                  else schedule.to_json(), "json")]),
        _heading("In each framework", "-"),
        "What `as_source` writes: the framework's own classes where they are equal at every step, past the end too; "
        "for torch and transformers else the formula written out; and lrkit's adapter where there is neither.",
        *(f"{title}\n\n{_code(lrkit.as_source(schedule, key), 'python')}" for key, title in FRAMEWORKS.items()),
        *([_heading("Related", "-"), ", ".join(f":doc:`{other}`" for other in related)] if related else []),
    ]  # fmt: skip
    return ".. Written by docs/_ext/catalogue.py.\n\n" + "\n\n".join(parts) + "\n"


def _qualified(call: str) -> str:
    """The call as one writes it in Python: each name with its module."""
    for name in sorted(entries(), key=len, reverse=True):
        call = call.replace(f"[{name}(", f"[lrkit.{name}(").replace(f" {name}(", f" lrkit.{name}(")
        call = call.replace(f"({name}(", f"(lrkit.{name}(")
    return call


def _boundaries(schedule: Any) -> list[float]:
    """The first steps, the steps around the first knots, the end and past it."""
    horizon = schedule.horizon
    knots = [float(knot) for knot in schedule.knots(horizon + 1)]
    near = [
        step for knot in (knots[:3] + knots[-1:]) for step in (np.floor(knot) - 1, np.floor(knot), np.ceil(knot) + 1)
    ]
    near += [knot for knot in knots[:3] if knot % 1 == 0]
    return sorted({0.0, 1.0, *(s for s in near if s >= 0), horizon - 1.0, float(horizon), 2.0 * horizon} - {-1.0})


def _rates(schedule: Any, steps: Any, what: str) -> str:
    return _table(["step", what], [[f"{int(step):,}", f"{schedule(int(step)):.10g}"] for step in steps])


def _parameter(field: Field) -> list[str]:
    unit = f", in {field.unit_text.strip()}" if field.param.unit else ""
    typical = "" if field.param.typical is None else "{:g} to {:g}".format(*field.param.typical)
    default = "required" if field.required else f"``{field.default!r}``"
    symbol = f":math:`{field.param.symbol}`" if field.param.symbol else ""
    return [f"``{field.name}``", symbol, f"{field.domain}{unit}", default, typical]


def _related(name: str, schedule: Any) -> list[str]:
    """What it is made of, then its family."""
    made_of = [type(part).__name__ for part in (schedule, *schedule.parts())]
    family = FAMILIES.get(family_of(name), {})
    known = entries()
    return [other for other in dict.fromkeys([*made_of, *family]) if other != name and other in known]


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}"


def _code(text: str, language: str) -> str:
    return f".. code-block:: {language}\n\n" + "\n".join(f"   {line}" for line in text.splitlines())


def _details(title: str, body: str) -> str:
    return f".. raw:: html\n\n   <details><summary>{title}</summary>\n\n{body}\n\n.. raw:: html\n\n   </details>"


def _table(head: list[str], rows: list[list[str]], kind: str = "") -> str:
    lines = [".. list-table::", "   :header-rows: 1", *([f"   :class: {kind}"] if kind else []), ""]
    for row in [head, *rows]:
        lines += [f"   {'* -' if k == 0 else '  -'} {cell}" for k, cell in enumerate(row)]
    return "\n".join(lines)


def index() -> str:
    """The families, each schedule with a small picture."""
    families: dict[str, list[Any]] = {}
    order = [name for calls in FAMILIES.values() for name in calls]
    known = entries()
    for name in sorted(known, key=lambda name: (order.index(name) if name in order else len(order), name)):
        families.setdefault(family_of(name), []).append(known[name])
    parts = [
        _heading("Catalogue", "="),
        f"The {len(known)} schedules: {len(classes())} classes, and functions in small letters, which return an "
        "expression of them. Each page has the picture, the formula, the domain of every parameter, the rates at the "
        "boundaries, JSON, and the call in each framework.",
    ]
    for family, members in families.items():
        rows = [[f":doc:`{entry.__name__}`", _sparkline(entry), summary(entry)] for entry in members]
        parts += [_heading(family, "-"), _table(["schedule", "picture", "the curve"], rows, "schedules")]
    trees = [_tree(family, [member.__name__ for member in members]) for family, members in families.items()]
    return "\n\n".join([*parts, *trees]) + "\n"


def _tree(caption: str, names: list[str]) -> str:
    """What the navigation shows under a caption."""
    return f".. toctree::\n   :hidden:\n   :caption: {caption}\n\n" + "\n".join(f"   {name}" for name in names)


SOME = (
    "CosineDecayLR", "linear", "warmup_stable_decay", "one_cycle", "cosine_restarts", "multi_step", "inverse_sqrt",
    "cyclic", "RexDecayLR", "wsd_s",
)  # fmt: skip
"""What the front page shows."""


def teaser() -> str:
    """Links of HTML to some pages, each with a small picture, for a page at the top of the documentation."""
    links = []
    for name in SOME:
        svg = _svg(entries()[name]).replace("<svg", '<svg aria-hidden="true"', 1).replace(' role="img"', "")
        links.append(f'<a href="catalogue/{name}.html">{svg}{name}</a>')
    return '<div class="curves">' + "".join(links) + "</div>"


def _sparkline(entry: Any) -> str:
    return f".. raw:: html\n\n         {_svg(entry)}"


def _svg(entry: Any) -> str:
    svg = sparkline(make_chart([lrkit.parse(call_of(entry))]))
    return svg.replace("<title>", f"<title>{entry.__name__}: ", 1)


def write(app: Any) -> None:
    """All pages; one that is as it was keeps its time, and is not built again."""
    folder = Path(app.srcdir, "catalogue")
    texts = {name: page(entry) for name, entry in entries().items()} | {"index": index()}
    write_pages(folder, texts)


def write_pages(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
