"""Pictures of several panels: what the axes and traces hold."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import lr_scheduler as lrs

RATE = lrkit.CosineDecayLR(0.0, 0.1, 90).warmup(10)
GROUPS = {
    "body": {"lr": 0.1 * RATE, "weight_decay": lrkit.linear(0.1, 0.0, 50), "betas": (lrkit.linear(0.8, 0.9, 20), 0.99)},
    "head": {"lr": RATE, "weight_decay": 0.0, "betas": (0.9, 0.99)},
}


def test_each_hyper_parameter_has_a_panel_and_each_group_a_curve() -> None:
    panels = lrkit.plot_groups(GROUPS)
    assert [ax.get_ylabel() for ax in panels] == ["learning rate", "weight decay", "betas[0]", "betas[1]"]
    assert [len(ax.lines) for ax in panels] == [2, 2, 2, 1]  # the groups' second betas are one curve
    assert {ax.get_xlim() for ax in panels} == {panels[0].get_xlim()}
    assert [ax.get_xlabel() for ax in panels] == ["", "", "", "step"]
    steps, rates = panels[0].lines[1].get_data()
    np.testing.assert_array_equal(rates, RATE(np.asarray(steps)))
    assert np.asarray(steps).max() == 100  # the longest schedule's, for all
    assert [line.get_label() for line in panels[3].lines] == ["body, head"]


def at_whole_steps(panel: Any) -> list[float]:
    """The heights of a panel's first curve, without the far sides of its jumps."""
    steps, rates = map(np.asarray, panel.lines[0].get_data())
    return rates[steps % 1 == 0].tolist()


def test_a_tuple_is_several_values_and_a_list_a_table() -> None:
    panels = lrkit.plot_groups([{"betas": (0.9, 0.95, 0.99), "lr": [0.1, 0.05]}], steps=3)
    assert [ax.get_ylabel() for ax in panels] == ["betas[0]", "betas[1]", "betas[2]", "learning rate"]
    assert at_whole_steps(panels[3]) == [0.1, 0.05, 0.05]


def test_a_function_is_recorded_for_the_steps_drawn() -> None:
    (panel,) = lrkit.plot_groups([{"lr": lambda step: 0.1 / (1 + step)}], steps=5)
    np.testing.assert_allclose(at_whole_steps(panel), 0.1 / np.arange(1, 6))


def test_two_curves_may_have_one_label() -> None:
    above, _ = lrkit.plot_diff(RATE, 0.5 * RATE, labels=["x", "x"])
    assert len(above.lines) == 2


def test_groups_in_a_list_are_numbered() -> None:
    (panel,) = lrkit.plot_groups([{"lr": RATE}, {"lr": 0.05}])
    assert [line.get_label() for line in panel.lines] == ["group 0", "group 1"]


def test_only_the_rates_panel_is_logarithmic() -> None:
    rates, decays = lrkit.plot_groups(
        [{"lr": lrkit.ExponentialDecayLR(0.1, 0.5, 10), "weight_decay": 0.1}], yscale="log"
    )
    assert (rates.get_yscale(), decays.get_yscale()) == ("log", "linear")


def test_epochs_are_counted_below_the_last_panel() -> None:
    panels = lrkit.plot_groups(GROUPS, steps_per_epoch=20)
    assert [len(ax.child_axes) for ax in panels] == [0, 0, 0, 1]
    (epochs,) = panels[-1].child_axes
    panels[-1].figure.canvas.draw()
    assert epochs.get_xlabel() == "epoch"
    np.testing.assert_allclose(np.array(epochs.get_xlim()) * 20, panels[-1].get_xlim())


def test_a_second_axis_counts_epochs() -> None:
    ax = lrkit.plot(RATE, steps_per_epoch=25)
    ax.figure.canvas.draw()
    (epochs,) = ax.child_axes
    np.testing.assert_allclose(np.array(epochs.get_xlim()) * 25, ax.get_xlim())
    assert (ax.get_xlabel(), epochs.get_xlabel()) == ("step", "epoch")
    step_label, epoch_label = (axis.xaxis.label.get_window_extent() for axis in (ax, epochs))
    assert epoch_label.y1 < step_label.y0  # below, not over it; each left of its numbers
    assert epoch_label.x1 < ax.bbox.x0
    assert epoch_label.y1 < epochs.spines["bottom"].get_window_extent().y0 < step_label.y0

    # However often it is drawn, everything is on the picture, and no space is lost.
    noted = lrkit.plot(RATE, steps=10_001, steps_per_epoch=25)
    for _ in range(3):
        noted.figure.canvas.draw()
        assert 0 <= noted.figure.get_tightbbox().y0 * noted.figure.dpi <= 10.5
    trace = lrkit.plot(RATE, steps_per_epoch=25, backend="plotly").data[0]
    np.testing.assert_allclose(trace.customdata[:, 1] * 25, np.asarray(trace.x, float))
    assert "epoch %{customdata[1]" in trace.hovertemplate


def test_small_multiples_have_a_panel_for_each() -> None:
    shapes = {"one": RATE, "two": lrkit.WarmUpLR(0.1, 10), "three": [0.1, 0.2], "four": lrkit.ConstantLR(0.1)}
    panels = lrkit.plot_grid(shapes, columns=3)
    assert [ax.get_title(loc="left") for ax in panels] == list(shapes)
    assert [len(ax.lines) for ax in panels] == [2, 1, 1, 1]  # the first with an upright line between its phases
    assert len(panels[0].figure.axes) == 6
    assert not any(ax.axison for ax in panels[0].figure.axes[4:])
    shown = [ax.lines[0].get_xdata() for ax in panels]
    assert [max(x) for x in shown] == [100, 100, 1, 100]  # as far as the longest; a list ends with its last rate
    shared = lrkit.plot_grid(shapes, steps=51)
    assert [max(ax.lines[0].get_xdata()) for ax in shared] == [50] * 4


def test_small_multiples_of_one_length_count_epochs_too() -> None:
    panels = lrkit.plot_grid({"one": RATE, "two": RATE}, steps=51, x="epoch", steps_per_epoch=10)
    assert [max(ax.lines[0].get_xdata()) for ax in panels] == [5, 5]
    assert [ax.get_xlabel() for ax in panels] == ["epoch", "epoch"]


def test_small_multiples_of_several_things_or_a_list() -> None:
    for panels in (lrkit.plot_grid(RATE, [0.1, 0.2]), lrkit.plot_grid([RATE, [0.1, 0.2]])):
        assert [ax.get_title(loc="left") for ax in panels] == ["warm up → cosine decay", "table"]
    (both,) = lrkit.plot_grid({"both": [RATE, 0.5 * RATE]})
    assert both.get_title(loc="left") == "both"
    assert len(both.lines) == 2
    ranges = [{ax.get_ylim() for ax in lrkit.plot_grid(RATE, 0.5 * RATE, sharey=shared)} for shared in (True, False)]
    assert [len(each) for each in ranges] == [1, 2]


def test_groups_of_an_optimizer_have_what_moves_and_what_differs() -> None:
    groups = [{"params": [], "lr": 0.1, "momentum": 0.9, "name": "body"}, {"params": [], "lr": 0.2, "momentum": 0.8}]
    named = SimpleNamespace(param_groups=[dict(groups[0]), groups[1] | {"name": "head"}])
    rates, momenta = lrkit.plot_groups(named)
    assert [line.get_label() for line in rates.lines] == ["body", "head"]
    assert momenta.get_ylabel() == "momentum"
    driven = lrs.ScheduleLR(named, [RATE, RATE])
    for given in (named, driven):  # the scheduler is found from its optimizer
        rates, _ = lrkit.plot_groups(given)
        steps, drawn = rates.lines[0].get_data()
        np.testing.assert_array_equal(drawn, RATE(np.asarray(steps)))


def test_momentum_that_a_scheduler_of_torch_moves_has_a_panel() -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.5, total_steps=20)
    rates, momenta = lrkit.plot_groups(optimizer)
    assert (rates.get_ylabel(), momenta.get_ylabel()) == ("learning rate", "momentum")
    expected = lrkit.from_torch(scheduler, "momentum")[0]
    steps, drawn = momenta.lines[0].get_data()
    np.testing.assert_array_equal(drawn, expected(np.asarray(steps)))


def test_panels_on_axes_that_are_given() -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots(2, 1)
    for draw in (
        lambda **to: lrkit.plot_diff(RATE, 0.5 * RATE, **to),
        lambda **to: lrkit.diff(RATE, 0.5 * RATE).plot(**to),
        lambda **to: lrkit.plot_grid(RATE, 0.5 * RATE, **to),
        lambda **to: lrkit.plot_groups([{"lr": RATE, "weight_decay": 0.1}], **to),
    ):
        before = [len(ax.lines) for ax in axes]
        assert draw(ax=axes) == list(axes)
        assert all(len(ax.lines) > was for ax, was in zip(axes, before, strict=True))
        for wrong, error, message in (
            ([axes[0]], ValueError, "plot: ax must have one Axes for each panel: there are 2 panels, and 1 in ax"),
            (5, TypeError, "plot: ax must be the Axes of a matplotlib figure, one for each panel, got 5"),
        ):
            with pytest.raises(error, match=message):
                draw(ax=wrong)
        with pytest.raises(TypeError, match="plot: ax and figure are two ways to say where; leave one of them out"):
            draw(ax=axes, figure=axes[0].figure)
        with pytest.raises(TypeError, match="plot: ax is for the backend 'matplotlib', not for 'plotly'"):
            draw(ax=axes, backend="plotly")


@pytest.mark.parametrize("backend", ["plotly", "text"])
def test_the_other_backends_have_the_same_panels(backend: str) -> None:
    made = lrkit.plot_groups(GROUPS, backend=backend), lrkit.plot_grid({"one": RATE, "two": RATE}, backend=backend)
    if backend == "plotly":
        assert [len(figure.data) for figure in made] == [7, 2]
        assert len({trace.yaxis for trace in made[0].data}) == 4
        assert all(trace.line.simplify is False for figure in made for trace in figure.data)
        assert "head: starts at 0, peaks at 0.1" in made[0].layout.meta["alt"]
        assert "sendChartToCloud" in made[0].layout.template.layout.modebar.remove
    else:
        assert made[0].count("└") == 4
        assert made[1].count("└") == 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: lrkit.plot_groups([]), TypeError, "plot_groups: nothing to draw"),
        (lambda: lrkit.plot_groups([{}]), TypeError, "plot_groups: group 0 must be a dict of hyper-parameter"),
        (lambda: lrkit.plot_groups([{"lr": "0.1"}]), TypeError, "plot_groups: group 0, lr: cannot draw '0.1'"),
        (lambda: lrkit.plot_groups(GROUPS, theme="grey"), ValueError, "theme must be 'light' or 'dark', got 'grey'"),
        (lambda: lrkit.plot_grid({}), TypeError, "plot_grid: nothing to draw: give at least one schedule, got {}"),
        (lambda: lrkit.plot_grid(RATE, sharey=1), TypeError, "plot_grid: sharey must be True or False, got 1"),
        (lambda: lrkit.plot_grid({"a": RATE}, columns=0), ValueError, "plot_grid: columns must be an integer >= 1"),
        (lambda: lrkit.plot_grid({"a": RATE}, backend="ascii"), ValueError, "backend must be 'matplotlib', 'plotly'"),
        (lambda: lrkit.plot_diff(RATE, RATE, theme="grey"), ValueError, "theme must be 'light' or 'dark', got 'grey'"),
    ],
)
def test_errors_name_what_cannot_be_drawn(call: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()
