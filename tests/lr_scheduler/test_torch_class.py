"""A torch scheduler where torch is: what frameworks ask of one, and torch's own compositions of lrkit's."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import subprocess
import sys
import warnings
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

import lrkit
from lrkit import lr_scheduler as lrs

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler


def sgd(*rates: Any, **more: Any) -> Any:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates or (0.1,)]
    return torch.optim.SGD(groups, lr=1.0, **more)


def rates(optimizer: Any) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def walk(scheduler: Any, steps: int) -> list[float]:
    seen = []
    for _ in range(steps):
        scheduler.optimizer.step()
        scheduler.step()
        seen.append(rates(scheduler.optimizer)[0])
    return seen


class Thirds(lrs.LRScheduler):
    """A user's, with a schedule."""

    def __init__(self, optimizer: Any, length: int, last_epoch: int = -1) -> None:
        self.length = length
        super().__init__(optimizer, last_epoch)

    def schedule(self, base_lr: float, group: int = 0) -> Any:
        return lrkit.linear(base_lr, base_lr / 3, self.length)


class InTorchsStyle(lrs.LRScheduler):
    """A user's, written for torch."""

    def get_lr(self) -> list[float]:
        theirs._warn_get_lr_called_within_step(self)
        if self._is_initial:
            return [group["lr"] for group in self.optimizer.param_groups]
        return [group["lr"] / 2 for group in self.optimizer.param_groups]


MAKE: dict[str, Any] = {
    "StepLR": lambda o: lrs.StepLR(o, 2, 0.5),
    "MultiStepLR": lambda o: lrs.MultiStepLR(o, [2, 4]),
    "ConstantLR": lrs.ConstantLR,
    "LinearLR": lrs.LinearLR,
    "ExponentialLR": lambda o: lrs.ExponentialLR(o, 0.5),
    "PolynomialLR": lambda o: lrs.PolynomialLR(o, 9),
    "LambdaLR": lambda o: lrs.LambdaLR(o, float),
    "MultiplicativeLR": lambda o: lrs.MultiplicativeLR(o, float),
    "CosineAnnealingLR": lambda o: lrs.CosineAnnealingLR(o, 9),
    "CosineAnnealingWarmRestarts": lambda o: lrs.CosineAnnealingWarmRestarts(o, 4),
    "CyclicLR": lambda o: lrs.CyclicLR(o, 0.1, 0.5, 3),
    "OneCycleLR": lambda o: lrs.OneCycleLR(o, 0.5, 20),
    "ScheduleLR": lambda o: lrs.ScheduleLR(o, lrkit.linear(0.3, 0.1, 9)),
    "to_torch": lambda o: lrkit.to_torch({"lr": lrkit.linear(0.3, 0.1, 9), "momentum": 0.5}, o),
    "SequentialLR": lambda o: lrs.SequentialLR(o, [lrs.LinearLR(o), lrs.StepLR(o, 3)], [4]),
    "ChainedScheduler": lambda o: lrs.ChainedScheduler([lrs.LinearLR(o), lrs.StepLR(o, 3)]),
    "Thirds": lambda o: Thirds(o, 5),
    "InTorchsStyle": InTorchsStyle,
}


@pytest.mark.parametrize("name", MAKE)
def test_every_class_is_a_scheduler_of_torch_on_its_optimizers_only(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # torch's too, about the order of calls
        scheduler = MAKE[name](sgd())
        expected = name if name != "to_torch" else "ScheduleLR"
        assert isinstance(scheduler, theirs.LRScheduler)
        assert (type(scheduler).__name__, repr(scheduler).partition("(")[0]) == (expected, expected)
        walk(scheduler, 3)
        assert (scheduler.last_epoch, scheduler._step_count) == (3, 4)
        scheduler._step_count += 3  # as Accelerate does while it accumulates
        rest = None
        file = io.BytesIO()
        torch.save(scheduler, file)
        file.seek(0)
        twins = [copy.deepcopy(scheduler), pickle.loads(pickle.dumps(scheduler)), torch.load(file, weights_only=False)]
        for twin in twins:
            assert type(twin) is type(scheduler)
            assert twin.optimizer is not scheduler.optimizer
            rest = rest or walk(copy.deepcopy(scheduler), 5)
            assert walk(twin, 5) == rest
        plain = SimpleNamespace(param_groups=[{"lr": 0.1, "momentum": 0.9}])
        if name != "to_torch":
            assert not isinstance(MAKE[name](plain), theirs.LRScheduler)
            assert type(scheduler) is type(MAKE[name](sgd()))  # made once


@pytest.mark.parametrize("name", sorted(MAKE.keys() - {"InTorchsStyle"}))
def test_get_lr_follows_last_epoch(name: str) -> None:
    scheduler, twin = MAKE[name](sgd()), MAKE[name](sgd())
    twin.step(5)
    scheduler.last_epoch = 5
    assert scheduler.get_lr() == twin.get_lr() == rates(twin.optimizer)
    assert rates(scheduler.optimizer) != rates(twin.optimizer) or name == "ConstantLR"


def test_the_plateau_is_torchs_too() -> None:
    """Trainer and Lightning give the metric to instances of torch's class."""
    scheduler = lrs.ReduceLROnPlateau(sgd(), factor=0.5, patience=0, base=lrkit.ConstantLR(0.25))
    for one in (scheduler, copy.deepcopy(scheduler), pickle.loads(pickle.dumps(scheduler))):
        assert isinstance(one, theirs.ReduceLROnPlateau)
        for _ in range(2):
            one.step(1.0)
        assert rates(one.optimizer) == [0.125]
    assert not isinstance(lrs.ReduceLROnPlateau(SimpleNamespace(param_groups=[{"lr": 0.1}])), theirs.ReduceLROnPlateau)


def test_torch_is_not_imported_for_it() -> None:
    code = (
        "import sys; from types import SimpleNamespace as N; from lrkit import lr_scheduler as l, ConstantLR; "
        "o = N(param_groups=[{'lr': 0.1}]); l.ScheduleLR(o, ConstantLR(0.1)).step(); l.ReduceLROnPlateau(o).step(1.0); "
        "print('torch' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300).stdout
        == "False\n"
    )


def test_a_class_and_an_optimizer_that_are_no_longer_used_are_let_go() -> None:
    class Once(lrs.LRScheduler):
        def schedule(self, base_lr: float, group: int = 0) -> Any:
            return lrkit.ConstantLR(base_lr)

    optimizer = sgd()
    scheduler = Once(optimizer)
    scheduler.step()
    remains = [weakref.ref(Once), weakref.ref(type(scheduler)), weakref.ref(scheduler), weakref.ref(optimizer)]
    del scheduler
    gc.collect()
    assert remains[2]() is None  # the optimizer keeps no scheduler alive
    del Once, optimizer
    gc.collect()
    assert [reference() for reference in remains] == [None] * 4


# Torch's own compositions -------------------------------------------------------------------------------------------


def test_parts_of_torchs_sequence() -> None:
    optimizer = sgd()
    parts = [lrs.LinearLR(optimizer, 0.1, total_iters=3), lrs.StepLR(optimizer, 2, 0.5)]
    outer = theirs.SequentialLR(optimizer, parts, [3])
    assert rates(optimizer) == pytest.approx([0.01])
    assert walk(outer, 6) == pytest.approx([0.04, 0.07, 0.1, 0.1, 0.05, 0.05])


def test_parts_of_torchs_chain_multiply() -> None:
    optimizer = sgd()
    parts = [theirs.ExponentialLR(optimizer, 0.9), lrs.LinearLR(optimizer, 0.5, total_iters=5)]
    outer = theirs.ChainedScheduler(parts, optimizer)
    assert walk(outer, 8) == pytest.approx([0.1 * 0.9**t * (0.5 + 0.1 * min(t, 5)) for t in range(1, 9)])


@pytest.mark.parametrize("plateau", [lrs.ReduceLROnPlateau, theirs.ReduceLROnPlateau])
def test_cuts_beside_to_torch_last(plateau: Any) -> None:
    optimizer = sgd()
    scheduler = lrkit.to_torch(lrkit.linear(0.1, 0.9, 8), optimizer)
    controller = plateau(optimizer, factor=0.5, patience=0)
    seen = []
    for metric in (2.0, 1.0, 1.0, 0.5):
        optimizer.step()
        scheduler.step()
        controller.step(metric)
        seen.append(rates(optimizer)[0])
    assert seen == pytest.approx([0.2, 0.3, 0.2, 0.25])


# Tensors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MAKE.keys() - {"InTorchsStyle"}))
def test_a_tensor_that_groups_share_is_separated(name: str) -> None:
    """Torch puts the default that it is given into every group; two curves cannot be in one tensor."""

    def shared() -> Any:
        groups = [{"params": [torch.zeros(1, requires_grad=True)]} for _ in range(2)]
        return torch.optim.SGD(groups, lr=torch.tensor(0.1), momentum=0.9)

    optimizer = shared()
    first = optimizer.param_groups[0]["lr"]
    scheduler = MAKE[name](optimizer)
    assert optimizer.param_groups[0]["lr"] is first
    assert optimizer.param_groups[1]["lr"] is not first
    optimizer.param_groups[1]["lr"].fill_(0.0)
    assert float(first) != 0.0 or name == "LambdaLR"
    loaded = shared()
    optimizer.load_state_dict(loaded.state_dict())  # which brings a shared one again
    scheduler.step()
    assert optimizer.param_groups[1]["lr"] is not optimizer.param_groups[0]["lr"]


# Accelerate on several processes ------------------------------------------------------------------------------------


@pytest.fixture
def accelerators(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Accelerate's wrapper as it is on three processes; no processes are needed for that."""
    module = pytest.importorskip("accelerate.scheduler")
    monkeypatch.setattr(module, "AcceleratorState", lambda: SimpleNamespace(num_processes=3))
    return module.AcceleratedScheduler


def test_several_steps_for_one_update_are_said_once(accelerators: Any) -> None:
    optimizer = sgd()
    optimizer.step_was_skipped = False
    scheduler = lrkit.to_torch(lrkit.linear(0.0, 0.9, 9), optimizer)
    wrapper = accelerators(scheduler, optimizer)
    with pytest.warns(
        UserWarning, match=r"Accelerate steps the scheduler 3 times for each update.*rate of step 3 \* n"
    ):
        wrapper.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wrapper.step()
        assert scheduler.last_epoch == 6
        for right in ({"split_batches": True}, {"step_with_optimizer": False}):
            other = lrkit.to_torch(lrkit.linear(0.0, 0.9, 9), optimizer)
            accelerators(other, optimizer, **right).step()
            assert other.last_epoch == 1
        lrkit.to_torch(lrkit.linear(0.0, 0.9, 9), optimizer).step()  # not prepared


def test_a_stretched_schedule_has_its_rates_at_the_updates(accelerators: Any) -> None:
    """As many steps as there are processes, on a curve that is so many times as long."""
    rate = lrkit.CosineDecayLR(0.0, 0.3, 20).warmup(7)
    optimizer = sgd()
    optimizer.step_was_skipped = False
    wrapper = accelerators(lrkit.to_torch(rate.stretch(3), optimizer), optimizer)
    seen = [rates(optimizer)[0]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(30):
            wrapper.step()
            seen.append(rates(optimizer)[0])
    assert seen == rate.to_list(31)


def test_a_scheduler_left_out_of_prepare_has_its_rates_at_the_updates() -> None:
    """With accumulation: a step of one's own after each update."""
    accelerate = pytest.importorskip("accelerate")
    from accelerate.state import AcceleratorState, GradientState

    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()
    accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=4)
    rate = lrkit.CosineDecayLR(0.0, 0.3, 9).warmup(3)
    model = torch.nn.Linear(2, 1)
    plain = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = lrkit.to_torch(rate, plain)
    loader = torch.utils.data.DataLoader(torch.ones(48, 2), batch_size=1)
    model, optimizer, loader = accelerator.prepare(model, plain, loader)
    used = []
    for batch in loader:
        with accelerator.accumulate(model):
            accelerator.backward(model(batch).square().mean())
            optimizer.step()
            if accelerator.sync_gradients and not accelerator.optimizer_step_was_skipped:
                used.append(rates(plain)[0])
                scheduler.step()
            optimizer.zero_grad()
    assert used == rate.to_list(12)
