"""`to_torch` in the live library: in its optimizers, compositions and trainers."""

from __future__ import annotations

import copy
import io
import math
import pickle
import random
import warnings
from typing import Any

import pytest
from loading import imported
from torch_schedulers import MULTIPLICATIVE, drawn, made, optimizer_of, theirs, torch, values, walk

import lrkit
from lrkit import ConstantLR, CosineDecayLR, LearningRateSchedule, TableLR, WarmUpLR

# torch warns of a step without an update before it, and that step(epoch) is deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]

COSINE = CosineDecayLR(0.0, 0.1, 20).warmup(5)


def test_the_rates_are_the_schedules() -> None:
    optimizer = optimizer_of(1.0, 1.0)
    scheduler = lrkit.to_torch(COSINE, optimizer)
    assert isinstance(scheduler, theirs.LRScheduler)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert walk(scheduler, 40).tolist() == [[rate, rate] for rate in COSINE.to_list(41)]
    assert scheduler.get_last_lr() == [COSINE(40)] * 2
    scheduler.step(12.5)
    assert (scheduler.last_epoch, values(optimizer)) == (12.5, [COSINE(12.5)] * 2)
    scheduler.step(3)
    assert values(optimizer) == [COSINE(3)] * 2


def test_every_hyper_parameter_of_every_group() -> None:
    optimizer = optimizer_of(1.0, 7.0, kind="AdamW")
    decay = 0.1 * COSINE
    plans = [{"lr": COSINE, "weight_decay": decay, "betas": (0.9 - COSINE, 0.95)}, {"lr": 0.3, "eps": 1e-6}]
    scheduler = lrkit.to_torch(plans, optimizer)
    for step in range(30):
        one, other = optimizer.param_groups
        assert (one["lr"], one["weight_decay"]) == (COSINE(step), decay(step))
        assert one["betas"] == ((0.9 - COSINE)(step), 0.95)
        assert (other["lr"], other["eps"], other["betas"], other["weight_decay"]) == (0.3, 1e-6, (0.9, 0.999), 0.01)
        scheduler.step()
    assert lrkit.from_torch(lrkit.to_torch(decay, optimizer_of(1.0, 1.0))) == [decay, decay]


@pytest.mark.parametrize("name", [*MULTIPLICATIVE, "CosineAnnealingWarmRestarts", "CyclicLR"])
def test_round_trip(name: str) -> None:
    dice = random.Random(12)
    optimizer = optimizer_of(0.1, 0.3)
    read = lrkit.from_torch(made(name, optimizer, drawn(dice, name)))
    scheduler = lrkit.to_torch(read, optimizer)
    assert lrkit.from_torch(scheduler) == read
    momentum = lrkit.to_torch({"momentum": COSINE}, optimizer)
    assert lrkit.from_torch(momentum, "momentum") == [COSINE, COSINE]
    with pytest.raises(TypeError, match="this scheduler does not write 'lr'"):
        lrkit.from_torch(momentum)


def test_pickled_copied_and_resumed_it_goes_on_the_same() -> None:
    scheduler = lrkit.to_torch({"lr": COSINE, "momentum": 0.9 - COSINE}, optimizer_of(1.0, 1.0))
    walk(scheduler, 7)
    file = io.BytesIO()
    torch.save(scheduler.state_dict(), file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    resumed = lrkit.to_torch({"lr": COSINE, "momentum": 0.9 - COSINE}, optimizer_of(3.0, 3.0))
    resumed.load_state_dict(state)
    begun = lrkit.to_torch({"lr": COSINE, "momentum": 0.9 - COSINE}, optimizer_of(3.0, 3.0), last_epoch=6)
    twins = [pickle.loads(pickle.dumps(scheduler)), copy.deepcopy(scheduler), resumed, begun]
    for key in ("lr", "momentum"):
        rest = walk(copy.deepcopy(scheduler), 30, key).tolist()
        assert rest == [[s, s] for s in ({"lr": COSINE, "momentum": 0.9 - COSINE}[key].to_list(38)[7:])]
        for twin in twins:
            assert walk(copy.deepcopy(twin), 30, key).tolist() == rest


def test_a_state_of_another_schedule_is_refused_unless_told() -> None:
    old = lrkit.to_torch(CosineDecayLR(0.0, 0.1, 100), optimizer_of(1.0))
    walk(old, 50)
    new = lrkit.to_torch(CosineDecayLR(0.0, 0.1, 200), optimizer_of(1.0))
    with pytest.raises(ValueError, match=r"ScheduleLR: .*schedules\.lr\.decay_steps: 100 in the state, 200 here"):
        new.load_state_dict(old.state_dict())
    assert (new.last_epoch, values(new.optimizer)) == (0, [0.1])
    new.load_state_dict(old.state_dict(), strict=False)
    assert (new.last_epoch, values(new.optimizer)) == (50, [CosineDecayLR(0.0, 0.1, 200)(50)])
    for state, found in [
        (3, "a dict, got 3"),
        ({}, "that of a ScheduleLR, got a dict with nothing in it"),
        (theirs.StepLR(optimizer_of(1.0), 3).state_dict(), "that of a ScheduleLR, got a dict with 'step_size', 'gam"),
        (lrkit.lr_scheduler.StepLR(optimizer_of(1.0), 3).state_dict(), "that of a ScheduleLR, got one of 'StepLR'"),
    ]:
        with pytest.raises((TypeError, ValueError), match=f"ScheduleLR: state must be {found}"):
            new.load_state_dict(state)


def test_its_repr_says_what_it_writes_and_where_it_stands() -> None:
    rate = "ConstantLR(learning_rate=0.1)"
    for given, shown in [
        (ConstantLR(0.1), rate),
        ({"lr": 0.1, "momentum": 0.1}, f"{{'lr': {rate}, 'momentum': {rate}}}"),
        ([ConstantLR(0.1)], f"[{rate}]"),
    ]:
        scheduler = lrkit.to_torch(given, optimizer_of(1.0))
        scheduler.step(7)
        assert repr(scheduler) == f"ScheduleLR({shown}, last_epoch=7)"


def test_a_schedule_without_json_form_is_stored_by_its_class() -> None:
    class Odd(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.1 + 0 * step

    scheduler = lrkit.to_torch(Odd(), optimizer_of(1.0))
    assert scheduler.state_dict()["options"] == {"schedules": {"lr": {"class": "Odd"}}}
    scheduler.load_state_dict(scheduler.state_dict())


def test_tensors_are_filled_and_not_shared() -> None:
    parameters = [{"params": [torch.zeros(1)]} for _ in range(2)]
    optimizer = torch.optim.AdamW(parameters, lr=torch.tensor(1.0))
    first = optimizer.param_groups[0]["lr"]
    assert optimizer.param_groups[1]["lr"] is first  # torch puts its default into both
    scheduler = lrkit.to_torch([ConstantLR(0.25), WarmUpLR(1.0, 4)], optimizer)
    assert walk(scheduler, 4).tolist() == [[0.25, 0.0], [0.25, 0.25], [0.25, 0.5], [0.25, 0.75], [0.25, 1.0]]
    assert optimizer.param_groups[0]["lr"] is first
    assert all(isinstance(rate, float) for rate in scheduler.get_last_lr())


def test_a_group_added_later_joins() -> None:
    optimizer = optimizer_of(1.0)
    scheduler = lrkit.to_torch(COSINE, optimizer)
    one_each = lrkit.to_torch([COSINE], optimizer)
    optimizer.add_param_group({"params": [torch.zeros(1)], "lr": 0.5})
    scheduler.step()
    assert values(optimizer) == [COSINE(1)] * 2
    assert (len(scheduler.base_lrs), len(scheduler.get_last_lr())) == (2, 2)
    with pytest.raises(ValueError, match="ScheduleLR: the optimizer has 2 groups, and there are schedules for 1"):
        one_each.step()


def test_it_is_a_part_of_torchs_sequence() -> None:
    optimizer = optimizer_of(0.4)
    parts = [theirs.ConstantLR(optimizer, 0.5, 100), lrkit.to_torch(COSINE, optimizer)]
    outer = theirs.SequentialLR(optimizer, parts, [3])
    assert lrkit.from_torch(outer)[0].to_list(21) == [0.2] * 3 + COSINE.to_list(18)
    assert walk(outer, 20).ravel().tolist() == [0.2] * 3 + COSINE.to_list(18)


def test_accelerate_takes_it() -> None:
    accelerate = pytest.importorskip("accelerate")
    optimizer = optimizer_of(1.0)
    wrapped, scheduler = accelerate.Accelerator(cpu=True).prepare(optimizer, lrkit.to_torch(COSINE, optimizer))
    assert lrkit.record(scheduler, 30).to_list(30) == COSINE.to_list(30)
    for step in range(30):
        assert values(optimizer) == [COSINE(step)]
        wrapped.step()
        scheduler.step()


def test_the_trainer_of_transformers_takes_it_and_resumes(tmp_path: Any) -> None:
    transformers = imported("transformers")
    pytest.importorskip("accelerate")

    class Loss(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(2))

        def forward(self, x: Any) -> Any:
            return {"loss": (x * self.weight).square().mean()}

    def trained(resumed: str | None) -> dict[int, float]:
        model = Loss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        arguments = transformers.TrainingArguments(
            output_dir=str(tmp_path),
            max_steps=12,
            logging_steps=1,
            save_steps=6,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        )
        data = [{"x": torch.ones(2) * k} for k in range(96)]
        pair = (optimizer, lrkit.to_torch(COSINE, optimizer))
        trainer = transformers.Trainer(model, arguments, train_dataset=data, optimizers=pair)
        trainer.train(resume_from_checkpoint=resumed)
        return {entry["step"]: entry["learning_rate"] for entry in trainer.state.log_history if "grad_norm" in entry}

    assert trained(None) == {step + 1: COSINE(step) for step in range(12)}
    (tmp_path / "checkpoint-12").rename(tmp_path / "done")
    assert trained(str(tmp_path / "checkpoint-6")) == {step + 1: COSINE(step) for step in range(12)}


NEGATIVE = CosineDecayLR(0.0, 0.1, 20) - 0.05


@pytest.mark.parametrize(
    ("schedule", "error", "message"),
    [
        ({"lr": COSINE, "betas": (0.9, 0.99)}, ValueError, "group 0 has no 'betas'; it has 'lr', 'momentum'"),
        ([COSINE], ValueError, "the optimizer has 2 groups, and there are schedules for 1"),
        (NEGATIVE, ValueError, r"lr of group 0 must be >= 0, and would be -0\.00\d* at step 11"),
        ([COSINE, {"momentum": -1}], ValueError, "momentum of group 1 must be >= 0 and < 1, and would be -1 at step 0"),
        ({"lr": (0.1, 0.2)}, ValueError, r"'lr' of group 0 takes one schedule or number, got \(0\.1, 0\.2\)"),
        ([COSINE, {"lr": [0.1, 0.2]}], ValueError, r"'lr' of group 1 takes one schedule or number, got \[0\.1, 0\.2\]"),
        ({"nesterov": COSINE}, TypeError, "'nesterov' of group 0 is no number but False"),
        ({"lr": COSINE, "params": COSINE}, ValueError, "schedule has the key 'params', which is no hyper-parameter"),
        ([COSINE, {"params": COSINE}], ValueError, r"schedule\[1\] has the key 'params'"),
        ({"lr": COSINE, 3: COSINE}, TypeError, "the keys of schedule must be names of hyper-parameters, got 3"),
        ({}, ValueError, "schedule must have a schedule for one hyper-parameter or more, got {}"),
        ([COSINE, 3], TypeError, r"schedule must be a schedule, a dict .* got 3 as schedule\[1\]"),
        ({"momentum": 1.5}, ValueError, r"momentum of group 0 must be >= 0 and < 1, and would be 1\.5 at step 0"),
        (3, TypeError, "schedule must be a schedule, a dict .* got 3"),
        ({"lr": "0.1"}, TypeError, "lr must be a schedule or a number, got '0.1'"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(schedule: Any, error: Any, message: str) -> None:
    optimizer = optimizer_of(1.0, 2.0)
    before = copy.deepcopy(optimizer.state_dict())
    with pytest.raises(error, match=f"ScheduleLR: .*{message}"):
        lrkit.to_torch(schedule, optimizer)
    assert optimizer.state_dict() == before


def test_betas_below_1_and_a_pair() -> None:
    optimizer = optimizer_of(1.0, kind="Adam")
    with pytest.raises(ValueError, match="betas of group 0 must be >= 0 and < 1, and would be 1 at step 0"):
        lrkit.to_torch({"betas": (1.0, 0.9)}, optimizer)
    with pytest.raises(ValueError, match="'betas' of group 0 takes 2 schedules or numbers, got 0\\.9"):
        lrkit.to_torch({"betas": 0.9}, optimizer)


@pytest.mark.parametrize(("epoch", "error"), [(-5, ValueError), (-2, ValueError), (2.5, TypeError), (True, TypeError)])
def test_the_last_epoch_is_an_integer_from_minus_1(epoch: Any, error: type[Exception]) -> None:
    optimizer = optimizer_of(1.0)
    with pytest.raises(error, match=f"^ScheduleLR: last_epoch must be an integer >= -1, got {epoch}$"):
        lrkit.to_torch(WarmUpLR(1.0, 4), optimizer, last_epoch=epoch)
    assert values(optimizer) == [1.0]


def test_a_step_that_is_refused_changes_nothing() -> None:
    optimizer = optimizer_of(1.0)
    scheduler = lrkit.to_torch(TableLR([0.1, 0.2]).then(ConstantLR(0.3), 2), optimizer)
    for epoch, error in ((-1, ValueError), (math.nan, ValueError), ("2", TypeError)):
        with pytest.raises(error, match="ScheduleLR: epoch must be"):
            scheduler.step(epoch)
        assert (scheduler.last_epoch, values(optimizer)) == (0, [0.1])
    with pytest.raises(TypeError, match=r"to_torch: optimizer must be a torch\.optim\.Optimizer, got 3"):
        lrkit.to_torch(COSINE, 3)
