"""Published set-ups on a run of another length: which lengths keep, and which are scaled, as their sources say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit.cli._expr import word_of

B, T = 10**9, 10**12
# Each number is worked out by hand from what the source states (the `stated` of the recipe), for half of its run or,
# of epochs, for 90 of them: the knots of the curve below the end.
HALF = {
    "bert": [10_000],  # "the first 10,000 steps"; the line is counted from the first step
    "chinchilla": [],
    "deepseek_llm_7b": [2000, math.ceil(0.8 * 105_963), math.ceil(0.9 * 105_963)],  # "2000 steps"; 80 and 90 %
    # "the first 2K steps" of 3072 sequences of 4096 tokens; 10T, 14.3T and 14.633T of 14.8T tokens
    "deepseek_v3": [2000 * 3072 * 4096, 5 * T, 7150 * B, 7_316_500_000_000],
    "deit": [1, 6],  # "5 epochs", one epoch late
    "gpt3": [187_500_000, 130 * B],  # 375 million and 260 billion of 300 billion tokens
    "llama_65b": [2000],
    "llama_7b": [2000],
    "minicpm": [127_226],  # "around 1T tokens" of 1.1T
    "olmo_1b": [2000],
    "olmo_7b": [5000],
    "pythia_6_9b": [715],  # "0.01" of the iterations; and where the cosine meets the minimum
    "resnet50_cosine": [3128],  # 5 of 120 epochs: 3127.5
    "resnet50_step": [390, 2340, 4680, 6240],  # 5, 30, 60 and 80 of 90 epochs
    "roberta_base": [10_000],
    "sgdr": [10, 30, 70],  # "T0 = 10 epochs", doubled
    "smollm_135m": [2000, 800_000],  # "2000 steps"; the last fifth
    "t5": [10_000],
    "transformer": [3999],
    "ulmfit": [50],  # cut_frac 0.1
    "vit_imagenet": [10_000],
    "vit_s16": [10_000],
    "wide_resnet": [27, 54, 72],  # 60, 120 and 160 of 200 epochs
}


def half_of(recipe: lrkit.Recipe) -> int:
    return 90 if recipe.unit == "epoch" else recipe.steps // 2


@pytest.mark.parametrize("name", sorted(HALF))
def test_each_length_is_kept_or_scaled_as_the_source_means_it(name: str) -> None:
    whole = lrkit.recipe(name)
    total = half_of(whole)
    half = whole.for_run(total=total)
    assert (half.name, half.steps, half.unit, half.source) == (f"{name}@{total}", total, whole.unit, whole.source)
    assert lrkit.parse(half.expression) == half.schedule
    knots = half.schedule.knots(total).tolist()
    assert [knot for knot in knots if name != "pythia_6_9b" or knot < 1000] == HALF[name]
    # A curve that ends with the run still does: at as high a rate as the source's own.
    ends = whole.schedule(whole.steps + 1), half.schedule(total + 1)  # one is an epoch late
    if name not in ("sgdr", "t5", "transformer"):  # which have no end
        assert ends[1] == pytest.approx(ends[0], rel=1e-3, abs=1e-9)


@pytest.mark.parametrize("name", sorted(HALF))
def test_a_recipe_for_its_own_run_is_the_same(name: str) -> None:
    whole = lrkit.recipe(name)
    assert whole.for_run() is whole.for_run(total=whole.steps, max_lr=whole.max_lr) is whole
    back = whole.for_run(total=half_of(whole)).for_run(total=whole.steps)
    assert back == whole
    assert back.schedule == whole.schedule


@pytest.mark.parametrize("name", sorted(HALF))
def test_another_peak_multiplies_every_rate(name: str) -> None:
    whole = lrkit.recipe(name)
    higher = whole.for_run(total=half_of(whole), max_lr=3 * whole.max_lr)
    assert higher.max_lr == 3 * whole.max_lr
    assert lrkit.parse(higher.expression) == higher.schedule
    steps = np.linspace(0, higher.steps - 1, 500).astype(np.int64)
    expected = 3 * whole.for_run(total=half_of(whole)).schedule(steps)
    np.testing.assert_allclose(higher.schedule(steps), expected, rtol=1e-12, atol=1e-12 * higher.max_lr)
    assert higher.for_run(max_lr=whole.max_lr, total=whole.steps) == whole


def test_a_length_is_given_by_its_name_and_stays_given() -> None:
    mine = lrkit.recipe("llama_7b").for_run(total=20_000, warmup=500)
    assert mine.schedule == lrkit.CosineDecayLR(3e-5, 3e-4, 19_500).warmup(500)
    assert mine.for_run(total=10_000).schedule == lrkit.CosineDecayLR(3e-5, 3e-4, 9_500).warmup(500)
    assert "warmup = 500" in str(mine)
    assert lrkit.plot(mine, backend="text").splitlines()[-1].split()[-1] in ("18k", "20k")


@pytest.mark.parametrize(
    ("name", "given", "error", "message"),
    [
        ("llama_7b", {"total": 2000}, ValueError, "total = 2_000 does not fit warmup = 2_000, decay = total - warmup"),
        ("bert", {"total": 500}, ValueError, "warmup would be 10_000, but must be below total"),
        ("ulmfit", {"total": 0}, ValueError, "ulmfit: total must be an integer >= 1, got 0"),
        ("ulmfit", {"total": 2e4}, TypeError, "ulmfit: total must be an integer >= 1, got 20000.0"),
        ("bert", {"max_lr": 0}, ValueError, "bert: max_lr must be a number > 0, got 0"),
        ("bert", {"max_lr": "1"}, TypeError, "bert: max_lr must be a number > 0, got '1'"),
        ("bert", {"warm": 3}, TypeError, "bert has no length 'warm'; it has warmup, decay"),
        ("bert", {"warmup": 0}, ValueError, "bert: warmup must be an integer >= 1, got 0"),
        ("t5", {"warmup": 5, "max_lr": 1.0}, TypeError, "the peak of its formula follows from the warm-up"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(name: str, given: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^Recipe.for_run: .*{message}"):
        lrkit.recipe(name).for_run(**given)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("recipe:lama@3", "there is no 'lama'; near it: llama_7b"),
        ("recipe:llama_7b@", "write recipe:llama_7b@STEPS"),
        ("recipe:llama_7b@x", "not the name 'x'"),
        ("recipe:llama_7b@30", "total = 30 does not fit"),
    ],
)
def test_a_word_of_the_shell_names_the_length(word: str, message: str) -> None:
    mine = lrkit.recipe("llama_7b").for_run(total=20_000)
    assert word_of("recipe:llama_7b@20000", {}).value == mine
    assert word_of("recipe:llama_7b@2*epoch", {"epoch": 10_000}).value == mine
    assert word_of("recipe:llama_7b@20_000", {}).label == "llama_7b@20000"
    with pytest.raises(ValueError, match=message):
        word_of(word, {})
