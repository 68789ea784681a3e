"""Config to schedule to config to schedule, for each system; and what is said where a curve has no form there."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit.configs._names import CONFIGS
from lrkit.configs._systems import SYSTEMS
from lrkit.configs._writing import WRITERS
from tests.tools.random_configs import MAKERS, random_config, read_again

HIGH = 3e-4


def schedule_of(system: str, r: random.Random) -> tuple[lrkit.LearningRateSchedule, Any]:
    """The first rate of a random config, and the config."""
    config, budget = random_config(system, r)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return next(iter(lrkit.from_config(config, system, budget).rates.values())), config


@pytest.mark.parametrize("system", CONFIGS)
def test_what_is_read_is_written_and_read_as_the_same_again(system: Any) -> None:
    """Compared here at each of the first steps and at some far past the end; the second text is the first one."""
    r = random.Random(4)
    steps = np.array([*range(700), 5_000, 123_457])
    for _ in range(2):
        schedule, config = schedule_of(system, r)
        text = lrkit.as_source(schedule, system)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            again = read_again(text, system)
        expected = schedule(steps)
        atol = 1e-12 * np.abs(expected[:700]).max()
        np.testing.assert_allclose(again(steps), expected, rtol=1e-12, atol=atol, err_msg=f"{config}\n{text}")
        assert lrkit.as_source(again, system) == text


@pytest.mark.parametrize("name", ["linear", "cosine", "constant", "rex", "log_sweep", "one_cycle"])
@pytest.mark.parametrize("up", [1, 3, 18, 30])  # the last two meet the way down
@pytest.mark.parametrize("own", [{}, {"cosine_min_lr_ratio": 0.1}, {"lr_quadratic_warmup": True, "warmup_steps": 0}])
def test_jagged_restarts_are_written(name: str, up: int, own: dict[str, Any]) -> None:
    """With their own warm-up and anneal steps, also where these meet."""
    jagged = {"jagged_restart_steps": 20, "jagged_restart_warmup_steps": up, "jagged_restart_anneal_steps": 4}
    config = {"base_model": "x", "learning_rate": 1e-3, "lr_scheduler": name, "warmup_steps": 5, "max_steps": 100}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schedule = lrkit.from_config(config | jagged | own, "axolotl")["lr"]
        text = lrkit.as_source(schedule, "axolotl")
        again = lrkit.from_config(text, "axolotl")["lr"]
    assert all(f"{key}: {value}\n" in f"{text}\n" for key, value in jagged.items())
    np.testing.assert_allclose(again(np.arange(300)), schedule(np.arange(300)), rtol=1e-12, atol=1e-15)
    longer = schedule * lrkit.multi_step(1.0, [150], 0.5)
    with pytest.raises(ValueError, match=r"no config of axolotl is equal to this schedule"):
        lrkit.as_source(longer, "axolotl")


def test_every_system_is_written_or_is_code() -> None:
    """Lightning's is the method of a module, in code: `lrkit.source` has it."""
    assert set(CONFIGS) == set(WRITERS) == set(MAKERS) == {system.name for system in SYSTEMS} - {"lightning"}


FORMS = {  # by hand, from each system's own documents
    "nanogpt": (lrkit.linear_warm_up(HIGH, 10, "1/(W+1)").then(lrkit.CosineDecayLR(0.0, HIGH, 90), 10),
                "learning_rate = 0.0003\nmin_lr = 0.0\nwarmup_iters = 10\nlr_decay_iters = 100\nmax_iters = 100"),
    "llm.c": (lrkit.linear_warm_up(HIGH, 10).then(lrkit.CosineDecayLR(0.0, HIGH, 90), 10),
              "-l 0.0003 -u 10 -q 0.0 -k cosine -x 100"),
    "torchtitan": (lrkit.linear_warm_up(HIGH, 10).then(lrkit.linear(HIGH, 0.0, 90), 10),
                   '[optimizer]\nlr = 0.0003\n\n[lr_scheduler]\nwarmup_steps = 10\ndecay_type = "linear"\n\n'
                   "[training]\nsteps = 100"),
    "composer": (lrkit.linear(HIGH, 0.0, 90).warmup(10),
                 "optimizer:\n  name: decoupled_adamw\n  lr: 0.0003\nscheduler:\n  name: linear_decay_with_warmup\n"
                 '  t_warmup: "10ba"\n  alpha_f: 0.0\nmax_duration: "100ba"'),
    "fastai": (lrkit.PiecewiseCosineLR([0, 25, 100], [4e-5, 1e-3, 1e-8]),
               "# To be read with budget='batches=100'.\n"
               "learn.fit_one_cycle(n_epoch=1, lr_max=0.001, div=25.0, div_final=100000.0, pct_start=0.25)"),
    "easylm": (lrkit.CosineDecayLR(0.0, HIGH, 90).warmup(10),
               "--optimizer.type=adamw \\\n--optimizer.adamw_optimizer.init_lr=0.0 \\\n"
               "--optimizer.adamw_optimizer.lr=0.0003 \\\n--optimizer.adamw_optimizer.end_lr=0.0 \\\n"
               "--optimizer.adamw_optimizer.lr_warmup_steps=10 \\\n--optimizer.adamw_optimizer.lr_decay_steps=100"),
    "fairseq": (lrkit.inverse_sqrt(HIGH, 10), "--lr-scheduler inverse_sqrt \\\n--lr 0.0003 \\\n--warmup-updates 10"),
}  # fmt: skip


@pytest.mark.parametrize("system", FORMS)
def test_a_config_has_the_form_of_its_system(system: Any) -> None:
    schedule, text = FORMS[system]
    assert lrkit.as_source(schedule, system) == text


def test_a_system_without_a_form_says_where_the_nearest_differs() -> None:
    restarts = lrkit.cosine_restarts(0.0, HIGH, 30)
    for system in ("nanogpt", "torchtitan", "megatron", "detectron2"):
        with pytest.raises(ValueError, match=rf"no config of .* is equal to this schedule: the nearest, .*{HIGH}.* at"):
            lrkit.as_source(restarts, system)  # type: ignore[arg-type]  # a name at a time


def test_a_config_is_written_as_another_systems() -> None:
    """With the rate that all groups have; where they differ, one has to be taken."""
    config = {"learning_rate": HIGH, "lr_scheduler_type": "linear", "warmup_steps": 10, "max_steps": 100}
    found = lrkit.from_config(config)
    assert lrkit.as_source(found, "megatron").startswith("--lr 0.0003 \\\n--lr-warmup-iters 10")
    assert lrkit.as_source(found, "llamafactory") == lrkit.as_source(found, "trainer")  # type: ignore[arg-type]
    groups = lrkit.Configured("x", "y", {"body": lrkit.ConstantLR(0.1), "head": lrkit.ConstantLR(0.2)})
    with pytest.raises(ValueError, match=r"as_source: .* groups of this config differ: body, head; take one of them"):
        lrkit.as_source(groups, "torch")


def test_lightnings_method_gives_the_rates() -> None:
    """Run on a module of torch, for a class of torch's, a function and an adapter."""
    torch = pytest.importorskip("torch")
    schedules = (
        lrkit.linear(0.1, 0.01, 20),
        lrkit.CosineDecayLR(0.0, 0.1, 20).warmup(5),
        lrkit.TableLR([0.1, 0.2, 0.3]),
    )
    for schedule in schedules:
        names: dict[str, Any] = {}
        exec(lrkit.as_source(schedule, "lightning"), names)
        made = names["configure_optimizers"](torch.nn.Linear(1, 1))
        assert made["lr_scheduler"]["interval"] == "step"
        rates = []
        for _ in range(30):
            rates.append(made["optimizer"].param_groups[0]["lr"])
            made["optimizer"].step()
            made["lr_scheduler"]["scheduler"].step()
        np.testing.assert_allclose(rates, schedule(np.arange(30)), rtol=0, atol=1e-15)


def test_a_call_is_read_and_never_made() -> None:
    """A text that is one call with keywords is their mapping; among other statements a call is refused."""
    with pytest.warns(UserWarning, match="the final rate is never used"):
        found = lrkit.from_config("learn.fit_one_cycle(n_epoch=2, lr_max=1e-3)", budget="batches=50")
    assert (found.system, found["lr"](25)) == ("fastai", 1e-3)
    with pytest.raises(ValueError, match=r"line 2: .*no literal"):
        lrkit.from_config("learning_rate = 1e-3\nexec(open('x'))\nlr_decay_iters = 5")
    with pytest.raises(ValueError, match=r"no literal|nothing in it says"):
        lrkit.from_config("exec(open('x').read())")


def test_files_as_public_repositories_have_them() -> None:
    """PaddleDetection's tags name a class and make nothing; big_vision's function is read and never called."""
    text = (
        "epoch: 12\nLearningRate:\n  base_lr: 0.01\n  schedulers:\n  - !PiecewiseDecay\n    gamma: 0.1\n"
        "    milestones: [8, 11]\n  - !LinearWarmup\n    start_factor: 0.1\n    steps: 1000\n"
    )
    rate = lrkit.from_config(text, budget="batches=500").schedule
    assert [rate(step) for step in (0, 1000, 4000, 5500)] == pytest.approx([0.001, 0.01, 0.001, 0.0001], rel=1e-12)
    with pytest.raises(ValueError, match=r"the tag '!os.system' is refused"):
        lrkit.from_config("epoch: 12\nLearningRate: !os.system\n  a: 1\n")
    code = (
        "import ml_collections as mlc\n\ndef get_config():\n  config = mlc.ConfigDict()\n  config.total_epochs = 90\n"
        "  config.lr = 0.001\n  config.input = {}\n  config.input.batch_size = 1024\n"
        "  config.schedule = dict(warmup_steps=10_000, decay_type='cosine')\n  return config\n"
    )
    found = lrkit.from_config(code, budget="samples=1_281_167")
    assert (found.system, found.length, found["lr"](10_000)) == ("big_vision", 112_603, 0.001)
    with pytest.raises(ValueError, match=r"line 3: .* is no literal"):
        lrkit.from_config("def get_config():\n  config = dict()\n  config.lr.update(a=1)\n  return config\n")


def test_the_log_of_a_run_is_laid_over_its_config(tmp_path: Path) -> None:
    """Each column with the group that it has the rates of, at the end of each epoch: what Ultralytics 8.0 logged."""
    (tmp_path / "args.yaml").write_text(
        "epochs: 25\nlr0: 0.01\nlrf: 0.01\ncos_lr: false\nwarmup_epochs: 3.0\nwarmup_bias_lr: 0.1\nmomentum: 0.937\n"
        "optimizer: SGD\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = lrkit.from_config(tmp_path / "args.yaml", budget="batches=55")
    log = Path(__file__).parents[1] / "runs" / "logs" / "ultralytics_v8_linear.csv"
    found = lrkit.diff(plan, log, budget=lrkit.Budget.parse("batches=55 epochs=25"))
    assert found.same
    assert [*found.groups] == ["lr/pg0", "lr/pg1", "lr/pg2"]  # type: ignore[union-attr]  # of several groups
    assert "step 55 x + 54" in str(found)
