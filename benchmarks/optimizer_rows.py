"""The rows of optimizers and of a scheduler: the same step done by lrkit and by a peer, after both have agreed."""

from __future__ import annotations

import json
import math
import os
import tracemalloc
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import numpy as np
from measure import Job, Row

import lrkit
import lrkit.lr_scheduler
from lrkit.rules import _batch, _loops

Array = np.ndarray[Any, Any]
Arrays = list[Array]
Stepper = tuple[Job, Callable[[], Arrays]]
"""What does one step, and what returns the parameters after it."""

RATE, BETA1, BETA2, EPSILON, MOMENTUM = 1e-3, 0.9, 0.999, 1e-8, 0.9
EPOCHS = 1000


def resnet_shapes() -> Iterator[tuple[int, ...]]:
    """The shapes of ResNet-50's 161 parameters, 25.6 million numbers in all."""
    yield from ((64, 3, 7, 7), (64,), (64,))
    width = 64
    for blocks, inner, outer in ((3, 64, 256), (4, 128, 512), (6, 256, 1024), (3, 512, 2048)):
        for block in range(blocks):
            for kernel in ((inner, width, 1, 1), (inner, inner, 3, 3), (outer, inner, 1, 1)):
                yield from (kernel, kernel[:1], kernel[:1])
            if block == 0:
                yield from ((outer, width, 1, 1), (outer,), (outer,))
            width = outer
    yield from ((1000, 2048), (1000,))


SHAPES = {"resnet": tuple(resnet_shapes()), "small": ((100,),) * 1000}


@lru_cache(maxsize=1)
def start(shapes: str) -> tuple[Arrays, Arrays]:
    """Parameters to start from, and a gradient for each, as arrays of their own."""
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape, dtype=np.float32) for shape in SHAPES[shapes]]
    return weights, [rng.standard_normal(shape, dtype=np.float32) / 100 for shape in SHAPES[shapes]]


# Each of these takes the rule's name, "adam" or "momentum", and what `start` returns, and copies the parameters.


def own(rule: str, weights: Arrays, gradients: Arrays, *, threads: int | None = None) -> Stepper:
    """The optimizer of this package: run by NumPy, or compiled with so many threads."""
    _batch.WORTH_IT = math.inf if threads is None else _loops.WORTH_IT
    lrkit.set_num_threads(threads or 1)
    parameters = [lrkit.Parameter(w, name=f"w{k}") for k, w in enumerate(weights)]
    if rule == "adam":
        optimizer: Any = lrkit.Adam(parameters, RATE, BETA1, BETA2, EPSILON)
    else:
        optimizer = lrkit.SGD(parameters, RATE, MOMENTUM)
    return partial(optimizer, gradients), lambda: [np.asarray(p) for p in parameters]


def in_torch(
    rule: str, weights: Arrays, gradients: Arrays, *, foreach: bool = False, fused: bool = False, threads: int = 1
) -> Stepper:
    """The optimizer of torch, in one of its three ways."""
    import torch

    torch.set_num_threads(threads)
    parameters = [torch.nn.Parameter(torch.tensor(w)) for w in weights]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    if rule == "adam":
        made: Any = partial(torch.optim.Adam, betas=(BETA1, BETA2), eps=EPSILON)
    else:
        made = partial(torch.optim.SGD, momentum=MOMENTUM)
    optimizer = made(parameters, lr=RATE, foreach=foreach, fused=fused)
    return optimizer.step, lambda: [p.detach().numpy() for p in parameters]


def in_optax(rule: str, weights: Arrays, gradients: Arrays) -> Stepper:
    """The optimizer of optax, compiled, with the memory of parameters and state given up to the result."""
    os.environ.setdefault("NPROC", "1")  # the number of XLA's threads, read once, when jax is first used
    import jax
    import optax

    if rule == "adam":
        optimizer: Any = optax.adam(RATE, BETA1, BETA2, EPSILON)
    else:
        optimizer = optax.sgd(RATE, MOMENTUM)

    @partial(jax.jit, donate_argnums=(0, 1))
    def update(parameters: Any, state: Any, given: Any) -> Any:
        changes, state = optimizer.update(given, state, parameters)
        return optax.apply_updates(parameters, changes), state

    given = [jax.numpy.array(g) for g in gradients]
    parameters = [jax.numpy.array(w) for w in weights]
    held = [parameters, optimizer.init(parameters)]

    def step() -> None:
        held[:] = jax.block_until_ready(update(*held, given))

    return step, lambda: [np.asarray(p) for p in held[0]]


def naive(rule: str, weights: Arrays, gradients: Arrays) -> Stepper:
    """The formulas of a textbook, in NumPy."""
    w = [weight.copy() for weight in weights]
    m, v = ([np.zeros_like(weight) for weight in weights] for _ in range(2))
    t = 0

    def adam() -> None:
        nonlocal t
        t += 1
        for k, g in enumerate(gradients):
            m[k] = BETA1 * m[k] + (1 - BETA1) * g
            v[k] = BETA2 * v[k] + (1 - BETA2) * g**2
            m_hat = m[k] / (1 - BETA1**t)
            v_hat = v[k] / (1 - BETA2**t)
            w[k] = w[k] - RATE * m_hat / (np.sqrt(v_hat) + EPSILON)

    def momentum() -> None:
        for k, g in enumerate(gradients):
            m[k] = MOMENTUM * m[k] + g
            w[k] = w[k] - RATE * m[k]

    return adam if rule == "adam" else momentum, lambda: w


PEERS: dict[str, Callable[..., Stepper]] = {
    "default": in_torch,
    "foreach": partial(in_torch, foreach=True),
    "fused": partial(in_torch, fused=True),
    "optax": in_optax,
    "naive": naive,
}


@lru_cache(maxsize=1)  # one pair at a time: with their state, ResNet-50's parameters take a gigabyte
def step_jobs(rule: str, shapes: str, peer: str, threads: int | None) -> tuple[Job, Job]:
    """One step of lrkit and one of a peer, which have taken three equal steps before."""
    of_peer = {"threads": threads} if threads else {}
    (step, read) = own(rule, *start(shapes), threads=threads)
    (peer_step, peer_read) = PEERS[peer](rule, *start(shapes), **of_peer)
    for _ in range(3):
        step()
        peer_step()
    for parameter, peer_parameter, before in zip(read(), peer_read(), start(shapes)[0], strict=True):
        np.testing.assert_allclose(parameter, peer_parameter, rtol=1e-4, atol=RATE / 1000)
        assert not np.array_equal(parameter, before)
    return step, peer_step


def own_bytes(make: Callable[..., Stepper]) -> int:
    """The most memory that is held during a step, scratch included, beyond parameters and two moments."""
    weights, gradients = start("resnet")
    tracemalloc.start()
    try:
        step, _ = make("adam", weights, gradients)
        step()
        tracemalloc.reset_peak()
        step()
        return tracemalloc.get_traced_memory()[1] - 3 * sum(w.nbytes for w in weights)
    finally:
        tracemalloc.stop()


def foreach_bytes() -> int:
    """The most memory that torch's foreach takes during a step and gives back, as torch's profiler counts it."""
    from torch.profiler import ProfilerActivity, profile

    step, _ = PEERS["foreach"]("adam", *start("resnet"))
    step()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        step()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        profiler.export_chrome_trace(str(path))
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    changes = [(event["ts"], event["args"]["Bytes"]) for event in events if event.get("name") == "[memory]"]
    return int(np.cumsum([size for _, size in sorted(changes)]).max())


def memory_jobs(peer: str) -> tuple[Job, Job]:
    return partial(own_bytes, own), foreach_bytes if peer == "foreach" else partial(own_bytes, naive)


def scheduler_jobs(where: str, groups: int) -> tuple[Job, Job]:
    """A thousand steps of torch's `CosineAnnealingLR` on torch's SGD, and of lrkit's on other groups."""
    from torch.optim.lr_scheduler import CosineAnnealingLR

    rates = rates_of(groups)
    own: Any = torch_sgd(rates)
    if where == "dicts":
        own = SimpleNamespace(param_groups=[{"lr": rate} for rate in rates])
    elif where == "optim_ex":
        parameters = [{"params": [lrkit.Parameter([1.0], f"p{k}")], "lr": rate} for k, rate in enumerate(rates)]
        own = lrkit.optim_ex.SGD(parameters, lr=0.1)
    theirs = torch_sgd(rates)
    ours, peer = lrkit.lr_scheduler.CosineAnnealingLR(own, 10 * EPOCHS), CosineAnnealingLR(theirs, 10 * EPOCHS)
    return stepping(ours, peer, own, theirs)


def to_torch_jobs(groups: int, *, each: bool) -> tuple[Job, Job]:
    """A thousand steps of `to_torch` and of torch's `LambdaLR`: one curve for all groups, or one for each."""
    from torch.optim.lr_scheduler import LambdaLR

    own, theirs = torch_sgd([1.0] * groups), torch_sgd([1.0] * groups)
    peaks = rates_of(groups) if each else [1.0]
    schedules = [lrkit.CosineDecayLR(0.0, peak, 10 * EPOCHS) for peak in peaks]
    functions = [lambda t, p=p: p * (1 + math.cos(math.pi * min(t / (10 * EPOCHS), 1))) / 2 for p in peaks]
    ours = lrkit.interop.to_torch(schedules if each else schedules[0], own)
    return stepping(ours, LambdaLR(theirs, functions if each else functions[0]), own, theirs)


def rates_of(groups: int) -> list[float]:
    return [0.1 + k / 1000 for k in range(groups)]


def torch_sgd(rates: list[float]) -> Any:
    import torch

    return torch.optim.SGD([{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": rate} for rate in rates])


def stepping(ours: Any, peer: Any, own: Any, theirs: Any) -> tuple[Job, Job]:
    """A thousand steps of both, which have made a thousand that led to the same rates."""

    def advance(scheduler: Any) -> None:
        for _ in range(EPOCHS):
            scheduler.step()

    for optimizer in (own, theirs):
        if not isinstance(optimizer, lrkit.optim_ex.SGD | SimpleNamespace):
            optimizer.step()  # torch warns of schedulers that step before their optimizer
    advance(ours)
    advance(peer)
    rates = [[float(group["lr"]) for group in optimizer.param_groups] for optimizer in (own, theirs)]
    np.testing.assert_allclose(*rates, rtol=1e-6)  # those of optim_ex are float32
    return partial(advance, ours), partial(advance, peer)


MODELS = {"resnet": "ResNet-50's 161 tensors, 25.6 M float32", "small": "1000 tensors of 100 float32"}
AGAINST = {
    "default": "torch's default, a loop",
    "foreach": "torch's `foreach`",
    "fused": "torch's `fused`",
    "optax": "optax, compiled, with donated memory",
    "naive": "a textbook's formulas in NumPy",
}
NEEDS = {"optax": ("jax", "optax"), "naive": ("numpy",)}


def step_row(
    rule: str, shapes: str, peer: str, must: float | None, *, within: bool = False, threads: int | None = None
) -> Row:
    """With a number of threads, lrkit's rule is compiled."""
    name, title = f"{rule}-{shapes}-{peer}", f"one step, {MODELS[shapes]}, against {AGAINST[peer]}"
    needs = NEEDS.get(peer, ("torch",))
    if threads:
        name, needs = f"compiled-{threads}-{name}", (*needs, "numba")
        title += f"; compiled, {threads} thread{'s' if threads > 1 else ''} each"
    jobs = partial(step_jobs, rule, shapes, peer, threads)
    kind: Any = "within" if within else "faster"
    return Row(name, title, needs, kind, must, None, jobs, rounds=9 if shapes == "resnet" else 25)


MEMORY = "memory beyond parameters and moments during a step, ResNet-50's tensors, against {}"
SCHEDULER = "`step()` of `CosineAnnealingLR` on {} groups, {}, against torch's on torch's SGD"
TO_TORCH = "`step()` of `to_torch` on {} groups, {}, against torch's `LambdaLR` of the formula in Python"
PLACES = {"dicts": "plain dicts", "optim_ex": "of `optim_ex.SGD`", "torch": "of torch's SGD"}
MEBIBYTE = 2**20 / 1000

OPTIMIZER_ROWS = (
    step_row("adam", "resnet", "default", 1.3),
    step_row("adam", "resnet", "foreach", 1.8),
    step_row("adam", "resnet", "fused", 2.5, within=True),
    step_row("adam", "resnet", "optax", 1),
    step_row("adam", "resnet", "naive", 2),
    step_row("adam", "small", "default", 40),
    step_row("adam", "small", "fused", 10),
    step_row("adam", "small", "optax", 1),
    step_row("adam", "small", "naive", 2),
    step_row("momentum", "resnet", "foreach", None),
    step_row("momentum", "small", "foreach", None),
    *(step_row(rule, "resnet", "fused", 1.05, within=True, threads=k) for rule in ("adam", "momentum") for k in (1, 2)),
    *(step_row(rule, "small", "fused", must, threads=1) for rule, must in (("adam", 12), ("momentum", None))),
    Row(
        "adam-memory-foreach", MEMORY.format(AGAINST["foreach"]), ("torch",), "bytes", MEBIBYTE, None,
        partial(memory_jobs, "foreach"), rounds=2, repeats=1,
    ),
    Row(
        "adam-memory-naive", MEMORY.format(AGAINST["naive"]), ("numpy",), "bytes", MEBIBYTE, None,
        partial(memory_jobs, "naive"), rounds=2, repeats=1,
    ),
    *(
        Row(
            f"scheduler-{where}-{groups}", SCHEDULER.format(groups, PLACES[where]), ("torch",), "faster",
            must if groups == 10 else None, None, partial(scheduler_jobs, where, groups), calls=EPOCHS,
        )
        for where, must in (("dicts", 4), ("optim_ex", 3), ("torch", None)) for groups in (1, 10, 100)
    ),
    *(
        Row(
            f"to_torch-{name}-{groups}", TO_TORCH.format(groups, words), ("torch",), "faster", 1, None,
            partial(to_torch_jobs, groups, each=name == "each"), calls=EPOCHS,
        )
        for name, words in (("one", "one schedule for all"), ("each", "one for each")) for groups in (1, 10, 100)
    ),
)  # fmt: skip
