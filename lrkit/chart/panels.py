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
        rows = [
            [
                replace(c, names=names, fans=fans, reach=reach, ylim=self._limits(c) if self.equal else c.ylim)
                for c in row
            ]
            for row in self.rows
        ]
        object.__setattr__(self, "rows", rows)

    def _limits(self, chart: Chart) -> Limits:
        """The vertical range of a chart and those like it; where the ends are those of all their rates, None stays."""
        alike = [other for other in self.charts if (other.y_label, other.yscale) == (chart.y_label, chart.yscale)]
        if len(alike) == 1 or None not in chart.ylim:
            return chart.ylim
        edges = [other.y_edges for other in alike]
        return min(low for low, _ in edges), max(high for _, high in edges)

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


def _names(charts: Sequence[Chart]) -> tuple[Name, ...]:
    """All names, in the order of their colours; none where the titles say which curve is which."""
    if all(len(chart.curves) == 1 and chart.title == chart.curves[0].label for chart in charts):
        return ()
    return tuple(dict.fromkeys(name for chart in charts for name in names_of(chart.curves)))


def _fans(charts: Sequence[Chart]) -> tuple[tuple[Name, ...], ...]:
    """The names of all fans; of two that have a name in common, the first is taken for all charts."""
    found: list[tuple[Name, ...]] = []
    for fan in (fan for chart in charts for fan in chart.fans_by_name):
        if not any(set(fan) & set(other) for other in found):
            found.append(fan)
    return tuple(found)
