"""Calls of MindSpore 2.10.0's optimizers, as recorded, and the same calls of lrkit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from helpers import decode, golden

import lrkit
from lrkit import lr_scheduler, optim, optim_ex

FILES = {name: golden(name) for name in ("nn_optim", "nn_validation", "exp_optim")}
FIXTURE = FILES["nn_optim"]["fixture"]
NAMES = FIXTURE["order"]
REFUSALS = (TypeError, ValueError, KeyError)


@dataclass(frozen=True)
class Case:
    """One recorded call. `text` is its arguments as JSON, for the rules to look into."""

    file: str
    name: str
    call: str
    kwargs: dict[str, Any]
    output: dict[str, Any]

    @property
    def path(self) -> list[str]:
        """The class, and the method if one is meant."""
        called = "nn.Adadelta" if self.name == "step:adadelta-list" else self.call
        return called.partition("(")[0].split(".")[1:]

    @property
    def text(self) -> str:
        return json.dumps(self.kwargs)

    @property
    def error(self) -> str:
        return self.output.get("error", {}).get("type", "")

    @property
    def module(self) -> Any:
        return optim_ex if self.file == "exp_optim" else optim


CASES = [Case(file, **case) for file, record in FILES.items() for case in record["cases"]]


def parameters() -> dict[str, lrkit.Parameter]:
    return {k: lrkit.Parameter(np.array(v, np.float32), name=k) for k, v in FIXTURE["init"].items()}


def flat(arrays: dict[str, Any]) -> Any:
    return np.concatenate([np.ravel(arrays[name]) for name in NAMES])


OBJECTS: dict[str, Callable[[dict[str, lrkit.Parameter]], Any]] = {
    "a Cell that is not a LearningRateSchedule": lambda ps: lambda step: 0.1,
    "one Parameter, fc.bias": lambda ps: ps["fc.bias"],
    "one Parameter, not in a list": lambda ps: ps["fc.bias"],
    "a generator over the fixture": lambda ps: (p for p in ps.values()),
    "a tuple of the fixture": lambda ps: tuple(ps.values()),
    "one group dict, not in a list": lambda ps: {"params": list(ps.values())},
    "a group dict, then a bare Parameter": lambda ps: [{"params": [ps["conv.weight"]]}, ps["fc.bias"]],
    "a plain Tensor in the list": lambda ps: [np.zeros(2, np.float32)],
    "nn.Momentum(all, 0.1, 0.9)": lambda ps: optim.Momentum(list(ps.values()), 0.1, 0.9),
    "filter: 'conv' in the name": lambda ps: filter(lambda p: "conv" in p.name, ps.values()),
}
"""What a record describes in words."""


def argument(value: Any, ps: dict[str, lrkit.Parameter]) -> Any:
    """A recorded argument, with the parameters that it names."""
    if isinstance(value, str):
        large = "one float32 Parameter of shape (2,16)"
        return [lrkit.Parameter(np.ones((2, 16), np.float32))] if value == large else ps.get(value, value)
    if isinstance(value, list):
        return [argument(item, ps) for item in value]
    if not isinstance(value, dict):
        return value
    if "$iter" in value:
        return iter(value["$iter"])
    if "$schedule" in value:
        return getattr(lrkit, value["$schedule"])(**value["kwargs"])
    if "$cell" in value:
        return eval("lambda global_step: " + value["expr"])  # the source of a function, as recorded
    if "$lambda" in value:
        return eval(value["$lambda"])
    if "$object" in value:
        return OBJECTS[value["$object"]](ps)
    return decode(value) if any(key[0] == "$" for key in value) else {k: argument(v, ps) for k, v in value.items()}


def made(case: Case, ps: dict[str, lrkit.Parameter]) -> Any:
    """The optimizer of a case."""
    given = {k: argument(v, ps) for k, v in case.kwargs.items() if k not in ("scheduler", "edit", "what", "param")}
    if "what" in case.kwargs:  # a step is meant
        given = {"learning_rate": 0.1}
    if case.kwargs.get("params", "all") == "all" and "optimizer" not in case.kwargs:
        given["params"] = list(ps.values())
    return getattr(case.module, case.path[0])(**given)


# What lrkit does, under the names of the record ---------------------------------------------------------------------


def rates(optimizer: Any) -> Any:
    """The rates of the coming step: as `get_lr` gives them, or the groups'."""
    if hasattr(optimizer, "get_lr"):
        return optimizer.get_lr()
    found = [float(group["lr"]) for group in optimizer.param_groups]
    return found if len(found) > 1 else found[0]


def described(case: Case, optimizer: Any) -> dict[str, Any]:
    """What can be read of an optimizer that has done no step."""
    here: dict[str, Any] = {"order": [p.name for p in optimizer.parameters]}
    if case.file == "exp_optim":
        return here | {"repr": repr(optimizer), "keys": [set(group) for group in optimizer.param_groups]}
    optimizer = getattr(optimizer, "optimizer", optimizer)  # LARS is around one
    flags = optimizer.decay_flags
    if optimizer.is_group:  # MindSpore's flag of a parameter in a group: whether it has a decay
        flags = [flag and decay > 0 for flag, decay in zip(flags, optimizer.get_weight_decay(), strict=True)]
    here |= {name: getattr(optimizer, name) for name in ("dynamic_lr", "is_group", "is_group_lr", "loss_scale")}
    return here | {"decay_flags": list(flags), "lr": rates(optimizer), "weight_decay": optimizer.get_weight_decay()}


EDITS: dict[str, Callable[[Any], Any]] = {
    "ops.assign(param_groups[0]['lr'], 0.01)": lambda o: o.param_groups[0]["lr"].assign(0.01),
    "param_groups[0]['lr'] = 0.01": lambda o: o.param_groups[0].update(lr=0.01),
    "param_groups[0]['weight_decay'] = 0.5": lambda o: o.param_groups[0].update(weight_decay=0.5),
    "add_param_group of one new Parameter; the gradients stay four": lambda o: o.add_param_group(
        {"params": [lrkit.Parameter([0.0], name="new")]}
    ),
}
"""What is done to an optimizer before step 5."""


def gradients(t: int, ps: dict[str, lrkit.Parameter]) -> dict[str, Any]:
    ends = np.cumsum([ps[name].size for name in NAMES])[:-1]
    parts = np.split(np.array(FIXTURE["grads"][t], np.float32), ends)
    return {name: part.reshape(ps[name].shape) for name, part in zip(NAMES, parts, strict=True)}


def trained(case: Case, optimizer: Any, ps: dict[str, lrkit.Parameter]) -> dict[str, Any]:
    """The run that was recorded, until it fails."""
    here: dict[str, Any] = {"params": [], "lr": [], "weight_decay": []}
    order = [p.name for p in optimizer.parameters]
    decay = getattr(optimizer, "get_weight_decay", lambda: None)
    edit = EDITS[case.kwargs["edit"].removeprefix("before step 5: ")] if "edit" in case.kwargs else None
    scheduler = case.kwargs.get("scheduler")
    if scheduler:
        scheduler = getattr(lr_scheduler, scheduler["class"])(optimizer, **scheduler["kwargs"])
    steps = len(case.output["params"]) + ("failed_at" in case.output)
    for t in range(steps):
        if edit and t == 5:
            edit(optimizer)
        before, given = flat(ps), gradients(t, ps)
        if t < len(case.output["params"]):
            here["lr"].append(rates(optimizer))
            here["weight_decay"].append(decay())
        try:
            optimizer([given[name] for name in order])
        except (RuntimeError, ValueError) as error:
            np.testing.assert_array_equal(flat(ps), before)
            assert getattr(optimizer, "global_step", t) == t
            here |= {"failed_at": t, "failure": error}
            break
        here["params"].append(flat(ps))
        if scheduler:
            scheduler.step()
    return here | {"state": optimizer.state_dict()}


STEPS: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "step:list": list,
    "step:adadelta-list": list,
    "step:too-few": lambda ones: ones[:2],
    "step:too-many": lambda ones: ones + ones,
    "step:wrong-shape": lambda ones: (np.ones((3, 2), np.float32), *ones[1:]),
}


ASKED: dict[str, Callable[[dict[str, lrkit.Parameter]], Any]] = {
    "[fc.bias, conv.weight]": lambda ps: [ps["fc.bias"], ps["conv.weight"]],
    "(fc.bias,)": lambda ps: (ps["fc.bias"],),
    "its name": lambda ps: "fc.bias",
}
"""What `get_lr_parameter` is asked for."""


def ones(optimizer: Any) -> tuple[Any, ...]:
    return tuple(np.ones(p.shape, np.float32) for p in optimizer.parameters)


def observed(case: Case, ps: dict[str, lrkit.Parameter]) -> dict[str, Any]:
    ps["conv.weight"].requires_grad = case.name != "step:requires_grad=False"
    optimizer = made(case, ps)
    if case.path[1:] == ["get_lr_parameter"]:
        return {
            "value": [float(rate.asnumpy()) for rate in optimizer.get_lr_parameter(ASKED[case.kwargs["param"]](ps))]
        }
    if case.call.endswith("(grads)"):
        optimizer(STEPS.get(case.name, tuple)(ones(optimizer)))
        return {"params": flat(ps), "global_step": optimizer.global_step}
    here = described(case, optimizer)
    return here | trained(case, optimizer, ps) if "params" in case.output else here
