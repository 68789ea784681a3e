"""The published training set-ups: each number here was written down from the source that its recipe names."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from loading import imported
from processes import LIMIT

import lrkit
from lrkit import _recipes, cli
from lrkit.chart import make_chart

ROOT = Path(__file__).parents[1]
B, T = 10**9, 10**12


class Told(NamedTuple):
    """What a source says: the highest rate, the length of the run, and rates by step."""

    peak: float
    steps: int
    unit: str
    rates: dict[int, float]


def sixth_decimal(rate: float) -> Any:
    return pytest.approx(rate, abs=5.001e-7)


TOLD = {
    # Goyal et al.: 1.28 million images in minibatches of 8192 are 156 whole steps an epoch.
    "resnet50_step": Told(3.2, 90 * 156, "step", {
        0: 0.1, 390: (0.1 + 3.2) / 2, 5 * 156: 3.2, 30 * 156 - 1: 3.2, 30 * 156: 0.32, 60 * 156 - 1: 0.32,
        60 * 156: 0.032, 80 * 156 - 1: 0.032, 80 * 156: 0.0032, 90 * 156 - 1: 0.0032,
    }),
    # The rates in the log of the run, which has six decimals and 1251 batches an epoch; the peak is its argument lr.
    "resnet50_cosine": Told(0.4, 120 * 1251, "step", {
        epoch * 1251 + batch: sixth_decimal(rate) for epoch, batch, rate in [
            (0, 49, 0.003133), (0, 1249, 0.079872), (2, 649, 0.201503), (4, 49, 0.323133), (4, 1249, 0.399872),
            (5, 0, 0.4), (5, 149, 0.399999), (5, 849, 0.399966), (5, 999, 0.399952), (116, 1249, 0.000672),
            (117, 49, 0.000654), (117, 999, 0.000362), (118, 499, 0.000191), (119, 49, 0.000069),
            (119, 699, 0.000015), (119, 1249, 0.0),
        ]
    }),
    # Vaswani et al., equation 3: step_num is our step and one more.
    "transformer": Told(512**-0.5 * 4000**-0.5, 100_000, "step", {
        n - 1: 512**-0.5 * min(n**-0.5, n * 4000**-1.5) for n in (1, 2, 1000, 3999, 4000, 4001, 16_000, 100_000)
    }),
    # optimization.py: polynomial_decay on the global step, under a warm-up of init_lr * step / 10000.
    "bert": Told(0.9999e-4, 1_000_000, "step", {
        0: 0.0, 5000: 0.5e-4, 9999: 0.9999e-4, 10_000: 0.99e-4, 500_000: 0.5e-4, 999_999: 1e-10, 1_000_000: 0.0,
    }),
    # base.yaml, and step_update of polynomial_decay_schedule.py.
    "roberta_base": Told(5e-4, 125_000, "step", {
        0: 0.0, 5000: 2.5e-4, 10_000: 5e-4, 67_500: 2.5e-4, 124_999: 5e-4 / 115_000, 125_000: 0.0,
    }),
    "gpt3": Told(0.6e-4, 300 * B, "token", {
        0: 0.0, 187_500_000: 0.3e-4, 375_000_000: 0.6e-4, (375_000_000 + 260 * B) // 2: 0.33e-4, 260 * B: 0.6e-5,
        280 * B: 0.6e-5, 300 * B - 1: 0.6e-5,
    }),
    # Table 2, in batches of 4M tokens.
    "llama_7b": Told(3.0e-4, T // 4_000_000, "step", {
        1000: 1.5e-4, 2000: 3.0e-4, 126_000: (3.0e-4 + 3.0e-5) / 2, 250_000: 3.0e-5,
    }),
    "llama_65b": Told(1.5e-4, 14 * T // 40_000_000, "step", {
        1000: 0.75e-4, 2000: 1.5e-4, 176_000: (1.5e-4 + 1.5e-5) / 2, 350_000: 1.5e-5,
    }),
    "chinchilla": Told(1e-4, 1400 * B, "token", {0: 1e-4, 700 * B: 0.55e-4, 1400 * B: 1e-5}),
    # learning_rates.py: max(start_lr / 2 * (cos(pi * (n - 1430) / 143000) + 1), min_lr) after the warm-up.
    "pythia_6_9b": Told(1.2e-4, 143_000, "step", {
        0: 0.0, 715: 0.6e-4, 1430: 1.2e-4, 1430 + 71_500: 0.6e-4,
        100_000: 0.6e-4 * (math.cos(math.pi * 98_570 / 143_000) + 1), 130_000: 1.2e-5, 142_999: 1.2e-5,
    }),
    # OLMo-1B.yaml, and CosWithWarmup of optim.py with its warm-up from a tenth.
    "olmo_1b": Told(4e-4, 739_328, "step", {0: 4e-5, 1000: 2.2e-4, 2000: 4e-4, 370_664: 2.2e-4, 739_328: 4e-5}),
    # OLMo-7B.yaml, and LinearWithWarmup; 2e12 // (2048 * 2048) steps.
    "olmo_7b": Told(3e-4, 2 * T // 2048**2, "step", {
        0: 3e-5, 2500: 1.65e-4, 5000: 3e-4, 240_919: 3e-4 - 2.7e-4 * (235_919 / 471_837), 476_837: 3e-5,
    }),
    # config_smollm1_135M.yaml, and lr_scheduler_builder.
    "smollm_135m": Told(0.003, 2_000_000, "step", {
        0: 0.0, 1000: 0.0015, 2000: 0.003, 1_600_000: 0.003, 1_800_000: 0.0015, 1_900_000: 0.00075, 2_000_000: 0.0,
    }),
    # Section 6.2: T = 5000 steps is the half-life; 1T and 1.1T tokens in batches of 3.93 million.
    "minicpm": Told(0.01, int(1.1e12 / 3.93e6), "step", {
        0: 0.01, int(1e12 / 3.93e6): 0.01, int(1e12 / 3.93e6) + 5000: 0.005, int(1e12 / 3.93e6) + 20_000: 6.25e-4,
    }),
    # Table 2: 2.0T tokens in batches of 2304 sequences of 4096; 31.6% after 80%, 10% after 90%.
    "deepseek_llm_7b": Told(4.2e-4, 2 * T // (2304 * 4096), "step", {
        1000: 2.1e-4, 2000: 4.2e-4, math.ceil(0.8 * 211_927) - 1: 4.2e-4, math.ceil(0.8 * 211_927): 0.316 * 4.2e-4,
        math.ceil(0.9 * 211_927) - 1: 0.316 * 4.2e-4, math.ceil(0.9 * 211_927): 4.2e-5, 211_926: 4.2e-5,
    }),
    "deepseek_v3": Told(2.2e-4, 14_800 * B, "token", {
        1000 * 3072 * 4096: 1.1e-4, 2000 * 3072 * 4096: 2.2e-4, 10 * T: 2.2e-4, 12_150 * B: 1.21e-4, 14_300 * B: 2.2e-5,
        14_633 * B - 1: 2.2e-5, 14_633 * B: 7.3e-6, 14_800 * B - 1: 7.3e-6,
    }),
    "t5": Told(0.01, 2**19, "step", {
        n: 1 / math.sqrt(max(n, 10_000)) for n in (0, 1, 9999, 10_000, 10_001, 40_000, 2**19 - 1)
    }),
    # Table 3; 300 epochs of 1,281,167 images in batches of 4096.
    "vit_imagenet": Told(3e-3, 300 * 1_281_167 // 4096, "step", {
        5000: 1.5e-3, 10_000: 3e-3, 30_000: 1.5e-3 * (1 + math.cos(math.pi * 20_000 / 83_835)), 93_835: 0.0,
    }),
    # vit_s16_i1k.py; 90 epochs of 99% of the images in batches of 1024, rounded.
    "vit_s16": Told(1e-3, round(90 * int(0.99 * 1_281_167) / 1024), "step", {
        5000: 5e-4, 10_000: 1e-3, 60_000: 5e-4 * (1 + math.cos(math.pi * 50_000 / 101_477)), 111_477: 0.0,
    }),
    # main.py: epoch e is trained with the scheduler's rate of epoch e - 1.
    "deit": Told(1e-5 + 0.495e-3 * (1 + math.cos(math.pi * 5 / 300)), 300, "epoch", {
        0: 1e-6, 1: 1e-6, 2: 1e-6 + 0.999e-3 / 5, 6: 1e-5 + 0.495e-3 * (1 + math.cos(math.pi * 5 / 300)),
        151: (1e-3 + 1e-5) / 2, 299: 1e-5 + 0.495e-3 * (1 + math.cos(math.pi * 298 / 300)),
    }),
    "ulmfit": Told(0.01, 1000, "step", {0: 0.01 / 32, 50: 0.01 * (1 + 0.5 * 31) / 32, 100: 0.01, 1000: 0.01 / 32}),
    "wide_resnet": Told(0.1, 200, "epoch", {
        0: 0.1, 59: 0.1, 60: 0.02, 119: 0.02, 120: 0.004, 159: 0.004, 160: 0.0008, 199: 0.0008,
    }),
    # Restarts right after epochs 10, 30, 70 and 150; halfway through each period the rate is half the peak.
    "sgdr": Told(0.05, 200, "epoch", {
        0: 0.05, 5: 0.025, 10: 0.05, 20: 0.025, 30: 0.05, 50: 0.025, 70: 0.05, 110: 0.025, 150: 0.05,
        149: 0.025 * (1 + math.cos(math.pi * 79 / 80)),
    }),
}  # fmt: skip
EVERY = pytest.mark.parametrize("name", sorted(TOLD))


def test_every_recipe_has_its_numbers_here() -> None:
    assert list(lrkit.recipes()) == sorted(TOLD)
    assert len(TOLD) >= 12


@EVERY
def test_the_schedule_has_the_rates_that_its_source_states(name: str) -> None:
    told, found = TOLD[name], lrkit.recipe(name)
    assert (found.steps, found.unit) == (told.steps, told.unit)
    for step, rate in told.rates.items():
        exact = rate if isinstance(rate, type(sixth_decimal(0))) else pytest.approx(rate, rel=1e-9, abs=1e-15)
        assert found.schedule(step) == exact, step
    rates = found.schedule(np.linspace(0, told.steps - 1, 20_000).astype(np.int64))
    assert np.max(rates, initial=max(map(found.schedule, told.rates))) == pytest.approx(told.peak, rel=1e-9)
    assert rates.min() >= 0


@EVERY
def test_a_recipe_says_where_its_numbers_were_read(name: str) -> None:
    found = lrkit.recipe(name)
    assert found.name == name
    assert "arXiv:" in found.source or ".yaml" in found.source or ".log" in found.source or ".yml" in found.source
    assert "peak" in found.stated or "formula" in found.stated
    assert all(found.stated.values())
    assert found.title[-1] != "."


@EVERY
def test_a_recipe_is_told_whole_and_its_schedule_is_like_any_other(name: str) -> None:
    found = lrkit.recipe(name)
    assert lrkit.parse(found.expression) == found.schedule == lrkit.from_json(found.schedule.to_json())
    told = str(found)
    for text in (found.name, found.title, found.expression, f"{found.steps:,}", found.source, *found.open):
        assert text in told
    for what, value in found.stated.items():
        assert f"{what}: {value}" in told
    assert repr(found).startswith(f"Recipe(name={name!r}, schedule=")
    assert hash(found) == hash(lrkit.recipe(name))
    assert found == lrkit.recipe(name)


def test_what_the_sources_leave_open_is_told_where_the_schedule_needs_it() -> None:
    left = {name: " ".join(found.open) for name, found in lrkit.recipes().items()}
    assert {name for name, text in left.items() if not text} == {"olmo_1b", "wide_resnet"}
    for name in ("chinchilla", "minicpm", "deepseek_v3"):
        assert "warm-up" in left[name]
    for name in ("resnet50_step", "resnet50_cosine"):
        assert "steps per epoch" in left[name]
    for name in ("llama_7b", "llama_65b", "olmo_7b", "deepseek_llm_7b", "vit_imagenet", "vit_s16", "minicpm"):
        assert "in steps" in left[name]


def test_deit_is_what_its_loop_and_timm_do() -> None:
    """`lr_scheduler.step(epoch)` stands at the end of the loop over the epochs."""
    scheduler, torch = imported("timm.scheduler"), imported("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=5e-4 * 1024 / 512)
    cosine = scheduler.CosineLRScheduler(optimizer, 300, lr_min=1e-5, warmup_lr_init=1e-6, warmup_t=5)
    rates = []
    for epoch in range(300):
        rates.append(optimizer.param_groups[0]["lr"])
        cosine.step(epoch)
    assert lrkit.recipe("deit").schedule.to_list(300) == pytest.approx(rates, rel=1e-12)


def test_a_longer_cosine_has_not_come_down_at_the_end_of_the_run() -> None:
    """Figure A1 of Hoffmann et al.: cycles 1, 1.1, 1.25, 1.5, 2 and 5 times as long, by the formula of a cosine."""
    run = lrkit.recipe("chinchilla")
    for factor in (1, 1.1, 1.25, 1.5, 2, 5):
        last = 1e-5 + 0.45e-4 * (1 + math.cos(math.pi / factor))
        assert run.schedule.stretch(factor)(run.steps) == pytest.approx(last, rel=1e-9)


def test_a_recipe_is_drawn_compared_and_told_apart() -> None:
    first, second = lrkit.recipe("llama_7b"), lrkit.recipe("llama_65b")
    assert lrkit.diff(first, first.schedule, 100).same
    assert not lrkit.diff(first, second, 100).same
    drawn = lrkit.plot(first, steps=250_001, backend="text")
    assert "0.0003" in drawn
    assert "250k" in drawn


def test_an_unknown_name_lists_those_near_it() -> None:
    with pytest.raises(ValueError, match=r"^recipe: there is no 'gpt4'; near it: gpt3$"):
        lrkit.recipe("gpt4")
    with pytest.raises(ValueError, match=r"near it: llama_7b, llama_65b$|near it: llama_65b, llama_7b$"):
        lrkit.recipe("llama")
    for name in ("", "zzz", "../_recipes/gpt3", "gpt3.json"):
        with pytest.raises(ValueError, match="recipe: there is no"):
            lrkit.recipe(name)
    with pytest.raises(ValueError, match="there are bert, chinchilla"):
        lrkit.recipe("zzz")
    with pytest.raises(TypeError, match="recipe: name must be str, got int"):
        lrkit.recipe(3)


SOUND = {
    "title": "t", "schedule": "ConstantLR(0.1)", "lengths": {}, "max_lr": 0.1,
    "steps": 3, "unit": "step", "source": "s", "stated": {"peak": "0.1"},
    "open": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps must be at least 1"),
        ({"steps": True}, "steps must be int, got True"),
        ({"steps": 2.0}, "steps must be int"),
        ({"unit": "hour"}, "unit one of step, epoch, token"),
        ({"stated": {}}, "something must be stated"),
        ({"stated": {"peak": 0.1}}, "must be texts"),
        ({"open": [3]}, "must be texts"),
        ({"open": "nothing"}, "open must be list"),
        ({"source": ""}, "source, stated and open must be texts"),
        ({"schedule": "WarmUpLR(0.1, 0)"}, "schedule: parse: column 1: WarmUpLR: warmup_steps must be"),
        ({"schedule": "WarmUpLR(0.1, {warmup})"}, "schedule: 'warmup'"),
        ({"schedule": "WarmUpLR(0.1, {w})", "lengths": {"w": "all"}}, "schedule: number: column 1: only numbers"),
        ({"schedule": "WarmUpLR(0.1, {w})", "lengths": {"w": 3}}, "schedule: number: text must be str, got int"),
        ({"lengths": []}, "lengths must be dict"),
        ({"max_lr": 1}, "max_lr must be float"),
        ({"schedule": "__import__('os')"}, "schedule: parse: "),
        ({"more": 1}, "with the fields title, schedule"),
    ],
)
def test_a_file_that_is_wrong_is_refused(change: dict[str, Any], message: str) -> None:
    assert _recipes._read("x", json.dumps(SOUND)).schedule == lrkit.ConstantLR(0.1)
    with pytest.raises(ValueError, match=f"^recipe 'x': .*{message}"):
        _recipes._read("x", json.dumps(SOUND | change))


def test_a_file_that_is_no_such_object_is_refused() -> None:
    twice = json.dumps(SOUND).replace('"steps": 3', '"steps": 3, "steps": 4')
    for text in ("", "[]", "{}", twice, json.dumps({k: v for k, v in SOUND.items() if k != "open"})):
        with pytest.raises(ValueError, match=r"^recipe 'x': "):
            _recipes._read("x", text)


def test_nothing_is_read_before_it_is_asked_for() -> None:
    code = (
        "import sys\nread = []\n"
        "sys.addaudithook(lambda event, told: read.append(str(told[0])) if event == 'open' else None)\n"
        "import lrkit\nlrkit.recipes, lrkit.recipe, lrkit.plot, lrkit.noam\n"
        "print(sum(name.endswith('.json') for name in read))\nlrkit.recipe('t5')\n"
        "print(sum(name.endswith('.json') for name in read))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=LIMIT)
    assert done.stdout.split() == ["0", "1"]


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Runs the command in this process, in an empty directory: its exit code and what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lrkit", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def test_the_command_lists_the_recipes(command: Command) -> None:
    code, out, err = command("list", "--recipes")
    assert (code, err) == (0, "")
    for name, found in lrkit.recipes().items():
        assert f"{name}\n    {found.title}\n      {found.length}\n      {found.source}\n" in out
    listed = json.loads(command("list", "--recipes", "--json")[1])
    assert [each["name"] for each in listed] == sorted(TOLD)
    assert [each["steps"] for each in listed] == [TOLD[each["name"]].steps for each in listed]
    assert all(lrkit.parse(each["expression"]) for each in listed)


def test_the_command_draws_recipes_as_long_as_they_ran(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("plot", "recipe:gpt3")
    assert code == 0
    assert out.startswith("GPT-3 175B")
    assert "200B" in out.splitlines()[-1]
    both = command("plot", "recipe:llama_7b", "recipe:llama_65b")[1]
    assert "llama_7b" in both
    assert "llama_65b" in both
    assert "300k" in both.splitlines()[-1]
    assert "80" in command("plot", "recipe:t5", "ConstantLR(0.01)", "--steps", "100")[1].splitlines()[-1]
    assert command("plot", "recipe:sgdr", "-o", "sgdr.svg")[0] == 0
    assert (tmp_path / "sgdr.svg").stat().st_size > 1000


def test_a_recipe_stands_where_an_expression_may(command: Command) -> None:
    assert command("table", "recipe:wide_resnet", "--steps", "61")[1].splitlines()[-1] == "60,0.020000000000000004"
    assert lrkit.from_json(command("json", "recipe:bert")[1]) == lrkit.recipe("bert").schedule
    assert command("diff", "recipe:t5", "t5()", "--steps", "20000")[0] == 0
    assert command("diff", "recipe:llama_7b", "recipe:llama_65b", "--steps", "20")[0] == 1
    assert "WarmUpLR" in command("source", "recipe:gpt3", "lrkit")[1]
    assert command("show", "recipe:minicpm")[1] == f"{lrkit.recipe('minicpm')}\n"


def test_the_command_names_recipes_near_a_wrong_name(command: Command) -> None:
    code, out, err = command("plot", "recipe:gtp3")
    assert (code, out) == (2, "")
    assert "there is no 'gtp3'; near it: gpt3" in err
    assert "near it: bert" in command("show", "recipe:brt")[2]


def test_recipes_alone_are_drawn_in_their_unit_and_as_long_as_they_ran() -> None:
    tokens = make_chart([lrkit.recipe("gpt3")])
    assert (tokens.x_label, tokens.total) == ("token", 300_000_000_000)
    assert not tokens.note  # whatever is left out lies on the lines between the points
    assert "at token 300,000,000,000" not in tokens.alt  # the last is the one before
    assert "at token 299,999,999,999" in tokens.alt
    both = make_chart([lrkit.recipe("llama_7b"), lrkit.recipe("bert")])
    assert (both.x_label, [curve.total for curve in both.curves]) == ("step", [TOLD["llama_7b"][1], TOLD["bert"][1]])
    assert make_chart([lrkit.recipe("deit")], steps=7).total == 7
