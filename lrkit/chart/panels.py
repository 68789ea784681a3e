"""Several charts in one picture, brought into line: equal ranges, and one colour for each name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .axis_options import Limits
from .chart import Chart, Name, left_out, names_of


@dataclass(frozen=True, eq=False)
class Panels:
    """Charts in rows and columns, with the heights of the rows; the last row may be shorter than the others.

    With `shared`, the charts of a column have one horizontal axis, and all charts end where the longest does. With
    `equal`, charts whose vertical axes have the same name and scale show the same range. A name has one colour in all
    charts. Charts of one curve each, which their titles name, need none: they are drawn alike.
    """

    rows: list[list[Chart]]
    heights: list[float]
    shared: bool = True
    equal: bool = True

    def __post_init__(self) -> None:
        names, fans = _names(self.charts), _fans(self.charts)
        reach = max(chart.last for chart in self.charts) if self.shared else 0
        limits = _limits(self.charts) if self.equal else [chart.ylim for chart in self.charts]
        given = iter(limits)
        rows = [[replace(c, names=names, fans=fans, reach=reach, ylim=next(given)) for c in row] for row in self.rows]
        object.__setattr__(self, "rows", rows)

    @property
    def charts(self) -> list[Chart]:
        """All charts, row by row."""
        return [chart for row in self.rows for chart in row]

    @property
    def title(self) -> str:
        """The title of the first chart."""
        return self.rows[0][0].title

    @property
    def alt(self) -> str:
        """What the charts show, in words."""
        return " ".join(chart.alt for chart in self.charts)

    @property
    def note(self) -> str:
        """What the charts do not show, each note once."""
        curves = [curve for chart in self.charts for curve in chart.curves]
        clipped = dict.fromkeys(chart.clipped for chart in self.charts)
        return "; ".join(note for note in (*clipped, left_out(curves), self.charts[0].repeated) if note)


def _limits(charts: Sequence[Chart]) -> list[Limits]:
    """The vertical range of each chart, with those like it; where the ends are those of all its rates, None stays."""
    alike: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for chart in charts:
        alike.setdefault((chart.y_label, chart.yscale), []).append(chart.y_edges)
    ranges = {key: (min(low for low, _ in edges), max(high for _, high in edges)) for key, edges in alike.items()}
    keys = [(chart.y_label, chart.yscale) for chart in charts]
    return [
        chart.ylim if len(alike[key]) == 1 or None not in chart.ylim else ranges[key]
        for chart, key in zip(charts, keys, strict=True)
    ]


def _names(charts: Sequence[Chart]) -> tuple[Name, ...]:
    """All names, in the order of their colours; none where the titles say which curve is which."""
    if all(len(chart.curves) == 1 and chart.title == chart.curves[0].label for chart in charts):
        return ()
    return tuple(dict.fromkeys(name for chart in charts for name in names_of(chart.curves)))


def _fans(charts: Sequence[Chart]) -> tuple[tuple[Name, ...], ...]:
    """The names of all fans; of two that have a name in common, the first is taken for all charts."""
    found: list[tuple[Name, ...]] = []
    taken: set[Name] = set()
    for fan in (fan for chart in charts for fan in chart.fans_by_name):
        if taken.isdisjoint(fan):
            found.append(fan)
            taken.update(fan)
    return tuple(found)
