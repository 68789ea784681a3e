"""`rescale` against the numbers that the sources of its rules print, and closed forms by hand."""

from __future__ import annotations

from typing import Any

import pytest

import lrkit

COSINE = lrkit.CosineDecayLR(0.0, 0.1, 80_000)


def peak(rate: float, batch: tuple[int, int], rule: str = "linear", **options: Any) -> float:
    return lrkit.rescale(lrkit.linear(rate, 0.0, 1000), batch=batch, rule=rule, **options)["peak rate"]


def test_the_linear_rule() -> None:
    """Goyal et al. 2017, section 5.1: 0.1 · kn / 256, so 3.2 at 8192; mmdetection: 0.02 for 16, 0.0025 for 2 images."""
    assert peak(0.1, (256, 8192)) == pytest.approx(3.2, rel=1e-15)
    assert peak(0.02, (16, 2)) == pytest.approx(0.0025, rel=1e-15)
    assert peak(1.5e-4, (256, 4096)) == pytest.approx(2.4e-3, rel=1e-15)  # MAE: blr · batch / 256


def test_the_square_root_rule() -> None:
    """Nanochat prints 0.1768 for a batch of 16,384 beside 524,288, and 1.4142 for twice the batch."""
    assert round(peak(1.0, (524_288, 16_384), "sqrt"), 4) == 0.1768
    assert round(peak(1.0, (524_288, 1_048_576), "sqrt"), 4) == 1.4142


def test_weight_decay_beside_the_square_root() -> None:
    """Nanochat's log of that run: "Scaling weight decay from 0.280000 to 0.049497"."""
    found = lrkit.rescale(COSINE, batch=(524_288, 16_384), rule="sqrt", weight_decay=0.28)
    assert round(found["weight decay"], 6) == 0.049497


def test_adams_rule_scales_betas_and_epsilon() -> None:
    """Malladi et al. 2022, definition 5.2, at k = 4: √4, 1 - 4 (1 - β), ε / √4."""
    found = lrkit.rescale(COSINE, batch=(256, 1024), rule="adam-sde", betas=(0.9, 0.99), eps=1e-8)
    assert found["peak rate"] == pytest.approx(0.2, rel=1e-15)
    assert (found["beta 1"], found["beta 2"], found["eps"]) == pytest.approx((0.6, 0.96, 5e-9), rel=1e-12)
    stay = lrkit.rescale(COSINE, batch=(256, 1024), rule="sqrt", betas=(0.9, 0.99), eps=1e-8)
    assert (stay["beta 1"], stay["beta 2"], stay["eps"]) == (0.9, 0.99, 1e-8)


def test_the_noise_scale() -> None:
    """McCandlish et al. 2018: half of the largest rate at the noise scale. Li et al. 2024: the peak there."""
    assert peak(1.0, (1000, 10**9), "noise-scale", noise_scale=1000) == pytest.approx(2.0, rel=1e-5)
    assert peak(1.0, (1000, 1000), "noise-scale", noise_scale=1000) == 1.0
    tall = [peak(1.0, (1000, batch), "surge", noise_scale=1000) for batch in (500, 1000, 2000)]
    assert tall[1] == 1.0
    assert tall[0] == pytest.approx(tall[2], rel=1e-15)  # as far on either side
    assert tall[0] == pytest.approx(2 / (2**0.5 + 0.5**0.5), rel=1e-15)
    small = peak(1.0, (1, 4), "surge", noise_scale=1e9)  # far below the noise scale: the square root
    assert small == pytest.approx(2.0, rel=1e-8)


def test_decay_and_average_last_as_long_in_samples() -> None:
    """1 / ηλ updates and 1 / (1 - ρ) updates, in samples the same before and after."""
    for rule, factor in (("linear", 4.0), ("sqrt", 2.0)):
        found = lrkit.rescale(COSINE, batch=(256, 1024), rule=rule, weight_decay=0.1, ema=0.999)
        assert found["weight decay"] * factor == pytest.approx(0.1 * 4, rel=1e-14)
        assert found["ema"] == pytest.approx(0.999**4, rel=1e-15)


def test_the_schedule_sees_as_many_samples() -> None:
    plan = lrkit.CosineDecayLR(0.0, 0.1, 85_000).warmup(5_000)
    found = lrkit.rescale(plan, batch=(256, 1280), steps=90_000)
    assert found["updates"] == 18_000
    assert "updates" not in lrkit.rescale(plan, batch=(256, 1280))  # nobody said how long the run is
    for step in (0, 500, 1000, 5000, 17_999):
        assert found.schedule(step) == pytest.approx(5 * plan(5 * step), rel=1e-12)
    assert found.schedule == lrkit.JoinLR([lrkit.WarmUpLR(0.5, 1000), lrkit.CosineDecayLR(0.0, 0.5, 17_000)], [1000])
    odd = lrkit.rescale(plan, batch=(256, 768)).schedule  # lengths that are not whole
    assert odd(5000) == pytest.approx(3 * plan(15_000), rel=1e-12)
    assert lrkit.from_json(odd.to_json()) == odd


def test_it_prints_before_and_after_with_the_source_of_each() -> None:
    found = lrkit.rescale(COSINE, batch=(256, 4096), weight_decay=1e-4, steps=80_000)
    lines = str(found).splitlines()
    assert lines[0].split() == ["batch", "256", "batch", "4,096"]
    assert lines[1].split()[:4] == ["peak", "rate", "0.1", "1.6"]
    assert "1706.02677" in lines[1]
    assert "2405.13698" in lines[3]
    assert found.to_dict()["lines"][0]["after"] == pytest.approx(1.6, rel=1e-15)
    assert "<pre" in found._repr_html_()
    with pytest.raises(KeyError, match="there is no 'ema'; there are peak rate, updates, weight decay"):
        found["ema"]


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"batch": 256}, TypeError, r"^rescale: batch must be a pair, the old and the new batch size, got 256$"),
    (
        {"batch": (256, 0)},
        ValueError,
        r"^rescale: batch must be a pair of integers >= 1 and .* got \(256, 0\)$",
    ),
    ({"batch": (256, True)}, TypeError, "^rescale: batch must be a pair of integers >= 1"),
    (
        {"rule": "cubic"},
        ValueError,
        r"^rescale: rule must be one of 'linear', 'sqrt', 'adam-sde', 'noise-scale', 'surge', got",
    ),
    ({"rule": ["linear"]}, TypeError, r"^rescale: rule must be one of 'linear', .*, got \['linear'\]$"),
    ({"rule": "surge"}, ValueError, r"^rescale: rule 'surge' needs noise_scale, the batch size at which noise"),
    ({"batch": (1, 10**400)}, ValueError, r"^rescale: batch must be a pair of integers >= 1 and at most 2\*\*53, got"),
    ({"batch": (256.5, 512)}, ValueError, r"^rescale: batch must be a pair of integers"),
    ({"noise_scale": 10.0}, ValueError, r"^rescale: rule 'linear' has no use for noise_scale; leave it out"),
    ({"noise_scale": 0.0}, ValueError, "^rescale: noise_scale must be a number > 0, got 0.0"),
    ({"betas": (0.9,)}, ValueError, "^rescale: betas must be a pair of numbers"),
    ({"betas": (0.9, 1.0)}, ValueError, "^rescale: betas"),
    ({"rule": "adam-sde", "betas": (0.9, 0.99)}, ValueError, r"beta 1 of 0.9 would be -0.6 at 16 times the batch size"),
    ({"ema": 1.0}, ValueError, "^rescale: ema must be a number >= 0 and < 1, got 1.0"),
    ({"weight_decay": -1}, ValueError, "^rescale: weight_decay must be a number >= 0, got -1"),
    ({"steps": 0}, ValueError, "^rescale: steps must be an integer >= 1, got 0"),
]


@pytest.mark.parametrize(("options", "kind", "message"), REFUSED)
def test_refused(options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lrkit.rescale(COSINE, **{"batch": (256, 4096)} | options)


def test_a_plan_in_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^rescale: plan must count updates, but it counts tokens: Budget.in_updates"):
        lrkit.rescale(lrkit.recipe("gpt3"), batch=(256, 512))
