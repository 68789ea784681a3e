"""Optimizers against runs of MindSpore 2.10.0 on a CPU (``tests/golden/{nn_optim,nn_validation,exp_optim}.json``)."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from helpers import decode
from recorded_optimizers import CASES, EDITS, FILES, NAMES, REFUSALS, Case, made, observed, ones, parameters

from lrkit.rules.adam import AdamRule

# What is compared, and how ------------------------------------------------------------------------------------------


def close(here: Any, recorded: Any, relative: float, absolute: float = 0.0) -> bool:
    there = np.asarray(recorded, np.float64)
    return np.shape(here) == there.shape and np.allclose(here, there, relative, absolute, equal_nan=True)


def same_params(case: Case, here: Any, recorded: Any) -> bool:
    """Within what MindSpore's float32 is off from doubles, of each weight or of 1."""
    share = 1e-6 if case.file == "exp_optim" else 2e-5
    if case.path == ["RAdam"]:
        share = 2e-4
    if case.name == "Adam/seed-groups":  # whose rate is 0.9
        share = 4e-6
    if case.path == ["RMSProp"] and case.kwargs.get("decay") == 0:
        share = 7e-5
    there = np.array(decode(recorded), np.float64)
    size = np.maximum(1, np.abs(there))
    return np.shape(here) == there.shape and close(here / size, there / size, 0, share)


def same_rates(case: Case, here: Any, recorded: Any) -> bool:
    """A number is off by its rounding to float32; what is computed from it, by a few roundings."""
    computed = "schedule" in case.text
    if isinstance(recorded, dict) and "every_step" in recorded:
        recorded = np.broadcast_to(decode(recorded["every_step"]), np.shape(here))
    return close(here, decode(recorded), 1e-6 if computed else 1.2e-7, 1e-8 if computed else 0)


def same_failure(case: Case, here: Exception, recorded: dict[str, Any]) -> bool:
    n = case.output["failed_at"]
    return type(here).__name__ == recorded["type"] and f"has {n} values and step {n} needs {n + 1}" in str(here)


STATES = {
    "accum": ("accum", "moments"),
    "moment1": ("moment1", "adam_m", "exp_avg"),
    "moment2": ("moment2", "adam_v", "exp_avg_sq"),
    "norm": ("moment2",),
    "largest": ("vhat",),
    "rows": ("exp_avg_sq_row",),
    "columns": ("exp_avg_sq_col",),
}
"""MindSpore's names of what has another name here."""


ADAMS = ("Adam", "LazyAdam", "AdamOffload", "AdamWeightDecay")


def same_state(case: Case, here: dict[str, Any], recorded: dict[str, Any]) -> bool:
    """Every array that lrkit keeps. The moments of Adam are sums here, without the factor of a mean."""
    pairs = [(here["global_step"], recorded["global_step"][0])]
    for key, array in here.items():
        kind, _, name = key.partition(".")
        if name not in NAMES:
            continue
        keys = [f"{there}{dot}{name}" for there in STATES.get(kind, (kind,)) for dot in (".", "_", "_.")]
        (values,) = [recorded[key] for key in keys if key in recorded]
        beta, default = ("beta1", 0.9) if kind == "moment1" else ("beta2", 0.999)
        share = 1 - case.kwargs.get(beta, default) if case.path[0] in ADAMS else 1.0
        pairs.append((array.ravel() * share, decode(values)))
    return all(close(one, other, 2e-5, 1e-6) for one, other in pairs)


COMPARED: dict[str, Callable[[Case, Any, Any], bool]] = {
    "params": same_params,
    "lr": same_rates,
    "state": same_state,
    "failure": same_failure,
    "keys": lambda case, here, recorded: here == [set(keys) for keys in recorded],
    "weight_decay": lambda case, here, recorded: close(here, recorded, 1e-6),
}
"""All else is equal."""

UNCOMPARED = {"ok", "returns", "get_lr", "dynamic_weight_decay", "exec_weight_decay"}


def differences(case: Case) -> set[str]:
    """In what lrkit does otherwise than recorded. Where parameters differ, the state that follows them is not named."""
    found: Any = case.module
    for name in case.path:
        if not hasattr(found, name):
            return {"absent"}
        found = getattr(found, name)
    try:
        with np.errstate(all="ignore"):
            here = observed(case, parameters())
    except REFUSALS as error:
        kind = "error kind" if case.error else "refused"
        kinds = [cls.__name__ for cls in type(error).__mro__]
        return set() if case.error in kinds[: kinds.index("Exception")] else {kind}
    if case.error:
        optimizer = made(case, parameters())
        optimizer(ones(optimizer))  # what is accepted also runs
        return {"accepted"}
    differ = {
        name
        for name, recorded in case.output.items()
        if name not in UNCOMPARED
        and not (name in here and COMPARED.get(name, lambda _, one, other: one == other)(case, here[name], recorded))
    }
    return differ - {"state"} if "params" in differ else differ


# Where lrkit does otherwise -----------------------------------------------------------------------------------------


class Rule(NamedTuple):
    """Why lrkit does otherwise (in brackets the section of the behaviour), in what, and in which cases.

    `change`: what to write for what in the arguments to make lrkit do as MindSpore does.
    """

    reason: str
    aspects: set[str]
    applies: Callable[[Case], Any]
    change: tuple[str, str] | None = None


def named(*names: str) -> Callable[[Case], bool]:
    return lambda case: case.name in names


def runs(cls: str, *words: str) -> Callable[[Case], bool]:
    """Whether a case is of a class, is no error, and has these words in its arguments."""
    return lambda case: case.path[0] == cls and not case.error and all(word in case.text for word in words)


def mixed(case: Case) -> bool:
    """Whether fixed rates of groups stand beside lists."""
    if not case.output.get("is_group_lr"):
        return False
    default = case.kwargs["learning_rate"]
    given = [type(group.get("lr", default)) for group in case.kwargs["params"] if "params" in group]
    return list in given and float in given


ALL = '"params": "all"'
ONE_GROUP = (ALL, json.dumps({"params": [{"params": NAMES}]})[1:-1])
NESTEROV = ('"use_nesterov": true', '"use_nesterov": false')
CENTRALIZED = ('"grad_centralization": true', '"grad_centralization": false')
# fmt: off
RULES: dict[str, Rule] = {
    # What MindSpore computes otherwise
    "Adam's eps": Rule("it is added to the uncorrected root, not to the documented one (8)", {"params"}, named(
        "Adam/learning_rate=0.1,eps=0.1,use_nesterov=True", "Adam/learning_rate=0.1,eps=0.1,use_amsgrad=True",
        "Adam/learning_rate=0.1,loss_scale=1024.0", "Adam/lr=0.1", "Adam/lr=0.1,betas=(0.5, 0.9),eps=0.1", "Adam/lr=1",
        "Adam/lr=0.1,weight_decay=0.1", "Adam/lr=0.1,maximize=True", "Adam/with:StepLR(5,0.5)", "Adam/lr=0.1#3")),
    "Nesterov ignored": Rule("Momentum's use_nesterov has no effect on a CPU (8)", {"params"},
        lambda c: runs("Momentum", NESTEROV[0])(c) and "params" in c.output and c.kwargs["momentum"] > 0, NESTEROV),
    "Nesterov ignored with AMSGrad": Rule("Adam does so on any device (5)", {"params"},
        runs("Adam", NESTEROV[0], '"use_amsgrad": true'), NESTEROV),
    "amsgrad ignored": Rule("the experimental Adam's has no effect whatever (6, 8)", {"params"},
        runs("Adam", '"amsgrad": true'), ('"amsgrad": true', '"amsgrad": false')),
    "update_slots ignored": Rule("Adagrad accumulates without it, on a CPU (8)", {"params"},
        runs("Adagrad", '"update_slots": false'), ("false", "true")),
    "centralization ignored": Rule("it does nothing on a CPU if shape[1] % 16 != 0 (4.5, 8)", {"params"},
        lambda c: CENTRALIZED[0] in c.text and "params" in c.output, CENTRALIZED),
    "centralization fails": Rule("on a CPU it has no operator if shape[1] % 16 == 0 (4.5, 8)", {"accepted"},
        named("SGD/gc:shape(2,16)")),
    "Lamb fails": Rule("it and LARS have no CPU kernel (5, 8)", {"accepted"}, named("Lamb/cpu", "LARS/cpu")),
    "FTRL's sign": Rule("the sign before l1 is lost on a CPU (8)", {"params"}, runs("FTRL", '"l1": 0.05')),
    "no exemptions": Rule("FTRL and AdaFactor decay beta and gamma too (4.3, 5)", {"params"},
        lambda c: c.name in ("FTRL/learning_rate=0.1,weight_decay=0.1", "AdaFactor/weight_decay=0.1"), ONE_GROUP),
    # What MindSpore shows otherwise
    "torch's options": Rule("NAdam and RAdam have no maximize and no decoupled_weight_decay (6)", {"repr", "keys"},
        lambda c: "repr" in c.output and c.path[0] in ("NAdam", "RAdam")),
    "Rprop's decay": Rule("it is shown in groups, and taken from them only; torch's has none (6)", {"repr", "keys"},
        lambda c: "repr" in c.output and c.path[0] == "Rprop" and "bad" not in c.name),
    "FTRL's flags": Rule("without groups all are True; here not those of beta and gamma (4.3)", {"decay_flags"},
        runs("FTRL", ALL)),
    "AdaFactor's rate": Rule("with relative_step it is shown as a fixed 0 (5)", {"lr", "dynamic_lr"},
        lambda c: runs("AdaFactor")(c) and c.kwargs.get("relative_step", True)),
    "AdaFactor's loss scale": Rule("it has no effect (5): its own squares hide it in the steps", {"state"},
        runs("AdaFactor", '"loss_scale": 8.0'), ("8.0", "1.0")),
    "AdaFactor's compression": Rule("the recorded squares of vectors are rounded to float16 (5)", {"state"},
        runs("AdaFactor", '"compression": true')),
    "fixed beside dynamic": Rule("a group's rate is then read as (lr + 1) - 1 in float32 (4.5)", {"lr"}, mixed),
    "scaled decay": Rule("get_weight_decay() is multiplied by the loss scale (4.1)", {"weight_decay"},
        named("Momentum/dynamic-wd,loss_scale", "Momentum/dynamic-wd,group",
        "Momentum/fixed-wd,loss_scale:get_weight_decay")),
    "iterator in a group": Rule("it is used up unseen, and the group trains nothing (4.5)",
        {"order", "decay_flags", "weight_decay"}, named("SGD/group:params-filter")),
    # What lrkit refuses
    "rates unchecked": Rule("those in a list may be negative, NaN or missing (4.2)", {"refused"},
        lambda c: c.name.endswith(("=[]", "=[-0.1]", "=[nan, 0.1]", "list-with-negatives"))),
    "True is 1": Rule("a bool is taken for a number (4.2, 4.3, 6)", {"refused"}, named(
        "SGD/learning_rate=True", "Momentum/weight_decay=True", "Momentum/loss_scale=True", "Adam/lr=True",
        "RMSprop/lr=True"), ("true", "1.0")),
    "groups unchecked": Rule("unknown keys are kept, hyper-parameters not looked at (6)", {"refused"},
        named("SGD/groups:unknown-key", "SGD/groups:bad-hyperparameter-unchecked")),
    "options unchecked": Rule("a negative dampening or lambd, an int for amsgrad, limits in the wrong order (5, 6)",
        {"refused"},
        named("SGD/bad:dampening=-0.5", "Adam/bad:amsgrad=1", "Rprop/bad:step_sizes=(50.0, 1e-06)",
        "ASGD/lambd=-0.1")),
    # What lrkit accepts
    "int for a float": Rule("it is a TypeError (1, 5)", {"accepted"}, named(
        "Momentum/momentum=0", "Adam/eps=1", "AdamWeightDecay/eps=1", "Lamb/eps=1", "RMSProp/decay=1",
        "RMSProp/momentum=1", "RMSProp/epsilon=1", "Adagrad/accum=1", "Adadelta/rho=1", "Adadelta/epsilon=1",
        "FTRL/initial_accum=1", "FTRL/learning_rate=1", "FTRL/l1=1", "FTRL/l2=1", "AdaFactor/eps=(1, 0.1)",
        "AdaFactor/clip_threshold=1", "ProximalAdagrad/accum=1", "ProximalAdagrad/l2=1", "ASGD/lambd=1", "ASGD/alpha=1",
        "ASGD/t0=1000000", "ASGD/bad:lambd=1", "LazyAdam/weight_decay=1", "Rprop/etas=(0.5, 2)",
        "Rprop/step_sizes=(1e-06, 50)")),
    "a list for a tuple": Rule("it is a TypeError (5)", {"accepted"}, named("Rprop/step_sizes=[1e-06, 50.0]")),
    "NumPy number": Rule("np.float32, and as a weight decay a tensor, are TypeErrors (1, 4.3, 6)", {"accepted"}, named(
        "SGD/learning_rate=0.1#2", "Momentum/weight_decay=Tensor", "RMSprop/lr=0.1")),
    "function as a rate": Rule("only schedules are taken, no function or Cell (4.2)", {"accepted"},
        named("SGD/learning_rate=cell", "SGD/learning_rate=function")),
    "dynamic weight decay": Rule("SGD and AdaFactor refuse it (4.3)", {"accepted"},
        lambda c: c.error and "$cell" in c.text),
    "array as a parameter": Rule("a plain tensor is refused (4.4)", {"accepted"}, named("SGD/params=Tensor")),
    "gradients": Rule("a list of them, and arrays of NumPy, are refused (4, 5)", {"accepted"},
        named("step:list", "step:numpy", "step:adadelta-list")),
    "AdaFactor's groups": Rule("their lr fails at the first step (5)", {"accepted"}, named("AdaFactor/group:wd+lr")),
    "empty group": Rule("a ValueError, also beside others; not in torch (4.4)", {"accepted"},
        named("SGD/group:empty-params")),
    "rate in an array": Rule("a ValueError even of one element; taken by torch (6)", {"accepted"},
        named("SGD/lr=Tensor[1]", "Adam/lr=Tensor[1]")),
    "no rate": Rule("SGD must be given one; torch has 0.001 (6)", {"accepted"}, named("SGD/lr-missing")),
    "eps 0": Rule("refused except by Adam and AdamW; taken by torch (6)", {"accepted"},
        lambda c: c.error and c.name.endswith("bad:eps=0.0")),
    "rate 0": Rule("RMSprop refuses it; Adam, AdamW and SGD do not (6)", {"accepted"}, named("RMSprop/lr=0")),
    # What both refuse, or do, in other ways
    "int outside": Rule("a TypeError there, here a ValueError, being outside the domain (1, 5)", {"error kind"}, named(
        "Adam/beta1=1", "Adam/beta2=1", "AdaMax/beta1=1", "FTRL/lr_power=1", "AdaFactor/decay_rate=1")),
    "error kinds": Rule("RuntimeError, IndexError, the wrong one of two (4, 4.2, 4.5, 6, 9)", {"error kind"}, named(
        "SGD/learning_rate={'lr': 0.1}", "SGD/group:lr-str", "SGD/group:duplicate", "SGD/group:duplicate-inside",
        "Adam/foo=1", "step:too-few", "step:too-many", "step:wrong-shape", "Adam/bad:betas=(0.9,)")),
    "schedulers cut off": Rule("by a number put into a group's lr (6)", {"lr", "params"},
        named("SGD/edit:number-lr+StepLR")),
    "group added": Rule("the next step fails whatever it is given (6); here it wants five gradients", {"failure"},
        named("SGD/edit:add_param_group")),
}
# fmt: on


def rules_of(case: Case) -> list[str]:
    """The rules that a case is left out by."""
    return [name for name, rule in RULES.items() if rule.applies(case)]


def aspects(names: Iterable[str]) -> set[str]:
    return {aspect for name in names for aspect in RULES[name].aspects}


def cases(applies: Callable[[list[str]], bool]) -> Any:
    """The cases whose rules are such."""
    found = [pytest.param(case, id=f"{case.file}:{case.name}") for case in CASES if applies(rules_of(case))]
    return pytest.mark.parametrize("case", found)


@cases(lambda rules: not rules)
def test_agrees(case: Case) -> None:
    assert differences(case) == set()


@cases(bool)
def test_left_out_differs_in_what_its_rules_say(case: Case) -> None:
    assert differences(case) == aspects(rules_of(case))


@cases(lambda rules: "Adam's eps" in rules or any(RULES[name].change for name in rules))
def test_told_to_do_as_mindspore_it_agrees(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    corrected = AdamRule.numbers
    monkeypatch.setattr(AdamRule, "numbers", lambda self, now: {**corrected(self, now), "eps": plain(self)})

    def plain(rule: AdamRule) -> float:
        return rule.eps / math.sqrt(1 - rule.beta2)

    text, left = case.text, set(rules_of(case)) - {"Adam's eps"}
    for name in rules_of(case):
        if change := RULES[name].change:
            text, left = text.replace(*change), left - {name}
    shown = {"repr", "decay_flags"}  # of the change itself
    assert differences(replace(case, kwargs=json.loads(text))) <= aspects(left) | shown


def test_a_group_added_is_trained() -> None:
    case = next(case for case in CASES if rules_of(case) == ["group added"])
    optimizer = made(case, parameters())
    EDITS[case.kwargs["edit"].removeprefix("before step 5: ")](optimizer)
    optimizer(ones(optimizer))
    np.testing.assert_allclose(optimizer.parameters[4], [-0.1], rtol=1e-7)


# fmt: off
COUNTS = {
    "nn_optim": {
        "tested": 158, "Adam's eps": 3, "Nesterov ignored": 4, "Nesterov ignored with AMSGrad": 1,
        "update_slots ignored": 1, "centralization ignored": 6, "Nesterov ignored + centralization ignored": 1,
        "centralization fails": 1, "Lamb fails": 2, "FTRL's flags": 5, "FTRL's sign + FTRL's flags": 1,
        "no exemptions + FTRL's flags": 1, "no exemptions + AdaFactor's rate": 1, "AdaFactor's rate": 6,
        "AdaFactor's rate + AdaFactor's loss scale": 1, "AdaFactor's rate + AdaFactor's compression": 1,
        "fixed beside dynamic": 9, "Nesterov ignored + fixed beside dynamic": 1, "scaled decay": 3,
        "rates unchecked": 1, "dynamic weight decay": 3, "AdaFactor's groups": 1,
    },
    "nn_validation": {
        "tested": 182, "a list for a tuple": 1, "options unchecked": 1,
        "empty group": 1, "FTRL's flags": 3, "AdaFactor's rate": 10,
        "fixed beside dynamic": 3, "iterator in a group": 1, "rates unchecked": 3, "True is 1": 3,
        "int for a float": 24, "NumPy number": 2, "function as a rate": 2, "array as a parameter": 1, "gradients": 3,
        "int outside": 5, "error kinds": 8,
    },
    "exp_optim": {
        "tested": 85, "Rprop's decay": 2, "int for a float": 1, "torch's options": 4, "no rate": 1, "eps 0": 4,
        "Adam's eps": 7, "amsgrad ignored": 2, "True is 1": 2,
        "groups unchecked": 2, "options unchecked": 3, "NumPy number": 1, "rate 0": 1,
        "rate in an array": 2, "error kinds": 1,
        "schedulers cut off": 1, "group added": 1,
    },
}
# fmt: on


def test_every_recorded_case_is_counted() -> None:
    assert {record["meta"]["mindspore"] for record in FILES.values()} == {"2.10.0"}
    assert [sum(counts.values()) for counts in COUNTS.values()] == [211, 253, 120]
    for file, counts in COUNTS.items():
        assert Counter(" + ".join(rules_of(case)) or "tested" for case in CASES if case.file == file) == counts
