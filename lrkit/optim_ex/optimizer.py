"""`Optimizer`: what every optimizer of this face is and can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, dataclass_transform

import numpy as np

from .._params import declared_of, shorten
from ..parameter import Parameter, ParameterTuple, lay_together
from ..rules._batch import Move
from ..rules._batches import Batches
from ..rules._chunks import picked
from ..rules._optimizer import BaseOptimizer
from ..rules._rule import Rule
from ..rules._state import Loading, State
from ..rules._validate import GroupKeyError, check_keys, members, some, unique_names, wrapped
from ._group import ParamGroup

WHERE = "each group has its own, param_groups[k][{!r}]"
LATER_FLAGS = {"maximize", "decoupled_weight_decay"}
"""Options that were added later. A state saved by an earlier version may lack them: they are False then."""


@dataclass_transform(eq_default=False)
class Optimizer(BaseOptimizer):
    r"""Groups of parameters, each with hyper-parameters of its own that can be read and written at any time.

    One step, ``optimizer(gradients)``, is for each group: :math:`g \leftarrow -g` if ``maximize``;
    :math:`g \leftarrow g + \lambda w` with its ``weight_decay``, unless the rule decouples it; centralization where
    ``grad_centralization`` asks for it; the rule with its ``lr``. Schedulers of `lrkit.lr_scheduler` write the ``lr``.

    Parameters
    ----------
    params : list of Parameter or array, or list of dict
        What is moved, in place: float32 or float64. Or groups, as dicts with the key ``params`` and any
        hyper-parameters that differ from the defaults. A group may be empty.
    defaults : dict
        The hyper-parameters of groups that have none of their own. An optimizer of this package takes them as keywords.
        All have `lr`, the rate :math:`\eta`, at least 0; `weight_decay`, :math:`\lambda`, at least 0; and `maximize`
        (bool), whether to maximize instead of minimize.
    check_finite : bool
        Whether a step with NaN or infinity in a gradient is refused. Otherwise it is applied as the rule says.

    Raises
    ------
    TypeError, ValueError
        If an argument or a key of a group is of the wrong type, outside its domain or unknown; at a step, if a gradient
        is of the wrong shape or type, or a rate negative or not finite. Nothing has changed then. An unknown key is a
        KeyError as well.
    FloatingPointError
        At a step that `check_finite` refuses. Nothing has changed then.

    Notes
    -----
    *First step*: the rates that the groups hold. `add_param_group` may be called at any time; the new group counts its
    own steps. ``group["lr"]`` is a `Parameter`, which follows the rate: to note a rate down, ``float(group["lr"])``. A
    hyper-parameter is no attribute of the optimizer: reading or setting one there is an AttributeError that says so.
    With an ``eps`` of 0, a gradient of 0 at the first step makes NaN.

    *A missing gradient*: a parameter whose gradient is None is left alone, with its state and its count of steps.

    *Elsewhere*: torch's ``foreach``, ``fused``, ``capturable`` and ``differentiable`` are not taken, since they say how
    a step is carried out and not what it computes. torch keeps a state that a changed hyper-parameter does not need,
    as the sum of gradients of a momentum of 0; here it is dropped at the next step. torch takes any key in a group.

    *One of your own*: call ``super().__init__(params, defaults)`` and define ``construct(gradients)``, where a gradient
    may be None.

    Examples
    --------
    >>> import lrkit
    >>> from lrkit import optim_ex
    >>> body, head = lrkit.Parameter([1.0], name="body"), lrkit.Parameter([1.0], name="head")
    >>> optimizer = optim_ex.SGD([{"params": [body]}, {"params": [head], "lr": 0.5}], lr=0.25)
    >>> optimizer([body, head])
    >>> optimizer.param_groups[1]["lr"] = 0.0
    >>> optimizer([body, head])
    >>> print(body.value(), head.value())
    [0.5625] [0.5]
    """

    restores = 0
    """How many states have been loaded. Schedulers read it, to tell rates of a loaded state from those set by hand."""

    _takes_missing_gradients = True
    _why_fixed = f"cannot be set here: {WHERE}"

    def __init__(self, params: Any, defaults: Mapping[str, Any], *, check_finite: bool = False) -> None:
        owner = type(self).__name__
        super().__init__(check_finite)
        self._fields = {name: field for name, field in declared_of(type(self)).items() if name != "check_finite"}
        if not isinstance(defaults, Mapping):
            raise TypeError(f"{owner}: defaults must be a dict, got {shorten(defaults)}")
        if "lr" not in defaults:
            raise GroupKeyError(f"{owner}: defaults must have the key 'lr'")
        self.defaults = dict(defaults)
        self.param_groups: list[ParamGroup] = []
        self._batches: list[Batches] = []
        self._places: list[slice] = []
        """For each group, the places of its parameters among all."""
        given = some(owner, "params", params)
        if not any(isinstance(item, Mapping) for item in given):
            given = [{"params": given}]
        self._adopt([self._group(k, group) for k, group in enumerate(given)])
        self._fixed = ("params", *self.defaults)

    def _from_arguments(self, params: Any, check_finite: bool = False, **defaults: Any) -> None:
        Optimizer.__init__(self, params, defaults, check_finite=check_finite)

    def __getattr__(self, name: str) -> Any:
        """Say where a hyper-parameter is."""
        where = f": {WHERE.format(name)}" if name in self._fixed else ""
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{where}")

    def __repr__(self) -> str:
        texts = []
        for k, group in enumerate(self.param_groups):
            lines = [f"    {key}: {_shown(group[key])}\n" for key in sorted(group) if key != "params"]
            texts.append(f"\nParameter Group {k}\n{''.join(lines)}")
        return f"{type(self).__name__} ({''.join(texts)})"

    # Groups -----------------------------------------------------------------------------------------------------

    @property
    def lrs(self) -> ParameterTuple:
        """The rates of the groups, each the `Parameter` that its group holds."""
        return ParameterTuple(group["lr"] for group in self.param_groups)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """One more group, as at construction: what its dict leaves out is taken from the defaults.

        Raises
        ------
        TypeError, ValueError
            If it could not have been given at construction. Nothing has changed then.

        Examples
        --------
        >>> import lrkit
        >>> optimizer = lrkit.optim_ex.Adam([lrkit.Parameter([1.0])], lr=0.1)
        >>> optimizer.add_param_group({"params": [lrkit.Parameter([2.0])], "lr": 0.01})
        >>> len(optimizer.parameters)
        2
        """
        self._adopt([self._group(len(self.param_groups), param_group)])

    def _group(self, k: int, given: Any) -> ParamGroup:
        owner = type(self).__name__
        if not isinstance(given, Mapping):
            raise TypeError(f"{owner}: params[{k}] must be a dict, as other groups are, got {shorten(given)}")
        check_keys(f"{owner}: params[{k}]", given, [*self.defaults, *self._fields])
        listed = given["params"]
        one = hasattr(listed, "dtype")
        params = wrapped(owner, f"params[{k}]", [listed] if one else members(owner, "params", listed))
        options = {key: value for key, value in given.items() if key != "params"}
        rest = {key: value for key, value in self.defaults.items() if key not in options}
        return self._checked_group(k, params, options | rest)

    def _checked_group(self, k: int, params: list[Parameter], options: Mapping[str, Any]) -> ParamGroup:
        group = ParamGroup(type(self).__name__, k, params, options, self._fields)
        self._check_group(group)
        return group

    def _adopt(self, groups: list[ParamGroup]) -> None:
        """Take groups in, once it is sure that they go together."""
        parameters = [p for group in (*self.param_groups, *groups) for p in group["params"]]
        names = unique_names(type(self).__name__, parameters)
        start = len(parameters) - sum(len(group["params"]) for group in groups)
        lay_together(group["lr"] for group in groups)
        for group in groups:
            lay_together(group["params"])
            self._batches.append(Batches([np.asarray(p) for p in group["params"]]))
            self._places.append(slice(start, start := start + len(group["params"])))
        self.param_groups += groups
        self._take_parameters(parameters, names)

    # What a member provides -------------------------------------------------------------------------------------

    def _rule(self, group: ParamGroup) -> Rule | None:
        """The update rule of a group, made of its hyper-parameters; none in an optimizer of one's own."""
        return None

    def _check_group(self, group: ParamGroup) -> None:
        """Raise `ValueError` if the hyper-parameters of a group do not fit together."""

    # A step -----------------------------------------------------------------------------------------------------

    def _checked_step(self, gradients: tuple[Any, ...]) -> Any:
        owner = type(self).__name__
        if len(self.param_groups) != len(self._batches):
            got = f"{len(self._batches)} groups were made, param_groups has {len(self.param_groups)}"
            raise ValueError(f"{owner}: add_param_group adds a group, nothing takes one away: {got}")
        for k, (group, batches) in enumerate(zip(self.param_groups, self._batches, strict=True)):
            if not isinstance(group, ParamGroup) or len(group["params"]) != len(batches):
                raise ValueError(f"{owner}: param_groups[{k}] and its params stay what they are; set its keys")
            rate = float(group["lr"])
            if not 0 <= rate < np.inf:
                raise ValueError(f"{owner}: param_groups[{k}]: lr must be a number >= 0, got {rate}")
            self._check_group(group)
        return self.construct(gradients)

    def _moves(self, gradients: tuple[Any, ...]) -> list[Move]:
        moves = []
        for group, batches, places in zip(self.param_groups, self._batches, self._places, strict=True):
            rule, rate, decay = self._rule(group), float(group["lr"]), group.get("weight_decay", 0.0)
            scale, centralized = -1.0 if group.get("maximize") else 1.0, group.get("grad_centralization", False)
            given = gradients[places]
            for some_places, batch in batches.going(given):
                moves.append(Move(batch, rule, rate, decay, picked(given, some_places), scale, centralized))
        return moves

    # Its state --------------------------------------------------------------------------------------------------

    def _saved_state(self) -> State:
        state: State = {"groups": len(self.param_groups)}
        for k, (group, batches, places) in enumerate(zip(self.param_groups, self._batches, self._places, strict=True)):
            counts, arrays = batches.saved(self._rule(group), self._names[places], f"group{k}.")
            options = {f"group{k}.option.{key}": value for key, value in group.items() if key != "params"}
            state |= counts | options | {f"group{k}.option.lr": float(group["lr"])} | arrays
        return state

    def _read_state(self, loading: Loading) -> Callable[[], None]:
        loading.equal("groups", str(len(self.param_groups)))
        loaded, changes = [], []
        for k, (group, places) in enumerate(zip(self.param_groups, self._places, strict=True)):
            options, rule = self._load_options(k, loading)
            batches = Batches([np.asarray(p) for p in group["params"]])
            batches.load(loading, rule, self._names[places], f"group{k}.")
            loaded.append(batches)
            changes.append(options)

        def take() -> None:
            self._batches = loaded
            for group, options in zip(self.param_groups, changes, strict=True):
                group.update(options)
            self.restores += 1

        return take

    def _load_options(self, k: int, loading: Loading) -> tuple[dict[str, Any], Rule | None]:
        """The hyper-parameters that a state has for a group, and the rule made of them; no rule if they do not fit."""
        group, prefix = self.param_groups[k], f"group{k}.option."
        options = {key.removeprefix(prefix): loading.value(key) for key in loading.keys(prefix)}
        options |= dict.fromkeys(LATER_FLAGS & group.keys() - options.keys(), False)
        if missing := group.keys() - {"params", "initial_lr", *options}:
            loading.fault(f"group{k}: no {', '.join(sorted(missing))} in the state")
            return options, None
        try:
            return options, self._rule(self._checked_group(k, group["params"], options))
        except (TypeError, ValueError, KeyError) as fault:
            loading.fault(str(fault))
            return options, None


def _shown(value: Any) -> str:
    return str(value.value()) if hasattr(value, "value") else str(value)
