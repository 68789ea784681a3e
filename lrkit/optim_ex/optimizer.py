"""`Optimizer`: what every optimizer of this face is and can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, dataclass_transform

import numpy as np

from .._params import declared_of, field_of, shorten
from ..parameter import ParameterTuple, lay_together
from ..rules._batches import Batches
from ..rules._chunks import Workspace, picked
from ..rules._declared import Flag, made_of_declarations
from ..rules._rule import Array, Rule, StepContext
from ..rules._state import Loading, State, own_arrays
from ..rules._validate import Gradients, GroupKeyError, members, some, unique_names, unknown_key, wrapped
from ._group import ParamGroup

CHECK_FINITE = field_of("check_finite", Flag)
LATER_FLAGS = {"maximize", "decoupled_weight_decay"}
"""Options that states saved by an earlier version may lack, as those that torch adds on the way: False then."""


@dataclass_transform(eq_default=False)
class Optimizer:
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
        The hyper-parameters of groups that have none of their own.
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
    """How many states have been loaded: by it schedulers tell rates that came with one from those set by hand."""

    def __init__(self, params: Any, defaults: Mapping[str, Any], *, check_finite: bool = False) -> None:
        self._owner = type(self).__name__
        self.check_finite: bool = CHECK_FINITE.coerce(self._owner, check_finite)
        self._fields = {k: v for k, v in declared_of(type(self)).items() if k != "check_finite"}
        if not isinstance(defaults, Mapping):
            raise TypeError(f"{self._owner}: defaults must be a dict, got {shorten(defaults)}")
        if "lr" not in defaults:
            raise GroupKeyError(f"{self._owner}: defaults must have the key 'lr'")
        self.defaults = dict(defaults)
        self.param_groups: list[ParamGroup] = []
        self._batches: list[Batches] = []
        self._workspace = Workspace()
        given = some(self._owner, "params", params)
        if not any(isinstance(item, Mapping) for item in given):
            given = [{"params": given}]
        made = [self._group(k, group) for k, group in enumerate(given)]
        self._adopt(made)

    def __init_subclass__(cls) -> None:
        """Make a class that declares its arguments, beginning with ``params``, a dataclass; leave others alone."""
        made_of_declarations(cls, "params")

    def __post_init__(self) -> None:
        """The construction of a class that declares its arguments: they are the defaults of its groups."""
        params, check_finite = vars(self).pop("params"), vars(self).pop("check_finite")
        defaults = dict(vars(self))
        vars(self).clear()  # the groups have them from here on
        Optimizer.__init__(self, params, defaults, check_finite=check_finite)

    def __getattr__(self, name: str) -> Any:
        """Say where a hyper-parameter is."""
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{self._where(name)}")

    def __setattr__(self, name: str, value: Any) -> None:
        if where := self._where(name):
            raise AttributeError(f"{type(self).__name__}: {name} cannot be set here{where}")
        if name == "check_finite":
            value = CHECK_FINITE.coerce(type(self).__name__, value)
        object.__setattr__(self, name, value)

    def _where(self, name: str) -> str:
        """Where to find what the groups hold, once there are any."""
        is_of_groups = "param_groups" in vars(self) and name in ("params", *vars(self)["defaults"])
        return f": each group has its own, param_groups[k][{name!r}]" if is_of_groups else ""

    @property
    def lrs(self) -> ParameterTuple:
        """The rates of the groups, each the `Parameter` that its group holds."""
        return ParameterTuple(group["lr"] for group in self.param_groups)

    def _group(self, k: int, given: Any) -> ParamGroup:
        owner = f"{self._owner}: params[{k}]"
        if not isinstance(given, Mapping):
            raise TypeError(f"{owner} must be a dict, as other groups are, got {shorten(given)}")
        for key in given:
            if key not in ("params", *self.defaults, *self._fields):
                raise GroupKeyError(unknown_key(owner, key, [*self.defaults, *self._fields]))
        if "params" not in given:
            raise GroupKeyError(f"{owner} must have the key 'params'")
        listed = given["params"]
        one = hasattr(listed, "dtype")
        params = wrapped(self._owner, f"params[{k}]", [listed] if one else members(self._owner, "params", listed))
        own = {key: value for key, value in given.items() if key != "params"}
        rest = {key: value for key, value in self.defaults.items() if key not in own}
        group = ParamGroup(self._owner, k, params, own | rest, self._fields)
        self._check_group(group)
        return group

    def _adopt(self, groups: list[ParamGroup]) -> None:
        """Take groups in, once it is sure that they go together."""
        parameters = [p for group in (*self.param_groups, *groups) for p in group["params"]]
        names = unique_names(self._owner, parameters)
        for group in groups:
            lay_together(group["params"])
            self._batches.append(Batches([np.asarray(p) for p in group["params"]]))
        self.param_groups += groups
        self._names = names
        self.parameters = ParameterTuple(parameters)
        self._gradients = Gradients(self._owner, [np.asarray(p) for p in parameters], names)

    # What a member provides -------------------------------------------------------------------------------------

    def construct(self, gradients: tuple[Array, ...]) -> Any:
        """Move the parameters: what an optimizer of one's own defines. The gradients have been checked.

        A parameter that is to be left alone has None in the place of its gradient.
        """
        steps = []
        start = 0
        for group, batches in zip(self.param_groups, self._batches, strict=True):
            rule, given = self._rule(group), gradients[start : start + len(batches)]
            if rule is None:
                raise NotImplementedError(f"{self._owner} defines no construct(gradients)")
            rate, decay = float(group["lr"]), group.get("weight_decay", 0.0)
            for places, batch in batches.going(given):
                batch.prepare_state(rule)
                now = StepContext(batch.t + 1, rate, decay, dict(batch.memory))
                steps.append((group, batch, rule, now, picked(given, places)))
            start += len(batches)
        for group, batch, rule, now, moving in steps:
            scale, centralized = -1.0 if group.get("maximize") else 1.0, group.get("grad_centralization", False)
            batch.step(rule, now, moving, self._workspace, scale=scale, centralized=centralized)
        return None

    def _rule(self, group: ParamGroup) -> Rule | None:
        """The update rule of a group, made of its hyper-parameters; none in an optimizer of one's own."""
        return None

    def _check_group(self, group: ParamGroup) -> None:
        """Raise `ValueError` if the hyper-parameters of a group do not fit together."""

    # What every optimizer can do --------------------------------------------------------------------------------

    def __call__(self, gradients: Any) -> Any:
        """One step: move each parameter by its gradient, and return what `construct` returns.

        Parameters
        ----------
        gradients : tuple or list of array
            One for each of `parameters`, group after group, in their order and of their shape; or None for a parameter
            that does not take part, whose state and count of steps stay as they are.
        """
        checked = self._gradients.checked(gradients, check_finite=self.check_finite, gaps=True)
        if len(self.param_groups) != len(self._batches):
            got = f"{len(self._batches)} groups were made, param_groups has {len(self.param_groups)}"
            raise ValueError(f"{self._owner}: add_param_group adds a group, nothing takes one away: {got}")
        for k, (group, batches) in enumerate(zip(self.param_groups, self._batches, strict=True)):
            if not isinstance(group, ParamGroup) or len(group["params"]) != len(batches):
                raise ValueError(f"{self._owner}: param_groups[{k}] and its params stay what they are; set its keys")
            rate = float(group["lr"])
            if not 0 <= rate < np.inf:
                raise ValueError(f"{self._owner}: param_groups[{k}]: lr must be a number >= 0, got {rate}")
            self._check_group(group)
        return self.construct(tuple(checked))

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

    def __repr__(self) -> str:
        texts = []
        for k, group in enumerate(self.param_groups):
            lines = [f"    {key}: {_shown(group[key])}\n" for key in sorted(group) if key != "params"]
            texts.append(f"\nParameter Group {k}\n{''.join(lines)}")
        return f"{self._owner} ({''.join(texts)})"

    # Its state --------------------------------------------------------------------------------------------------

    def state_dict(self) -> State:
        """All that a run needs to go on, except the parameters: arrays and numbers by name, for ``np.savez``.

        The hyper-parameters of the groups are among them; a count of steps is one number, or one for each parameter
        where some have missed steps. With the parameters saved beside it, a run resumed by
        `load_state_dict` equals one that was never interrupted, bit for bit.

        Examples
        --------
        >>> import lrkit
        >>> weight = lrkit.Parameter([1.0], name="weight")
        >>> optimizer = lrkit.optim_ex.Adagrad([weight], lr=0.5)
        >>> optimizer([weight])
        >>> {key: value for key, value in optimizer.state_dict().items() if "group0" not in key}
        {'optimizer': 'Adagrad', 'groups': 1, 'accum.weight': array([1.], dtype=float32)}
        """
        state: State = {"optimizer": self._owner, "groups": len(self.param_groups)}
        start = 0
        for k, (group, batches) in enumerate(zip(self.param_groups, self._batches, strict=True)):
            end = start + len(batches)
            counts, arrays = batches.saved(self._rule(group), self._names[start:end], f"group{k}.")
            options = {key: value for key, value in group.items() if key != "params"}
            options |= {"lr": float(group["lr"])}
            state |= counts | {f"group{k}.option.{key}": value for key, value in options.items()} | arrays
            start = end
        return state | {key: array.copy() for key, array in own_arrays(self).items()}

    def load_state_dict(self, state: Any) -> None:
        """Take over a state that `state_dict` returned, or ``np.load`` of one: hyper-parameters too.

        Raises
        ------
        TypeError, ValueError
            If it is of another optimizer, or of other groups or parameters: with the differences. Nothing has changed
            then.
        """
        loading = Loading(self._owner, state)
        loading.equal("optimizer", self._owner)
        loading.equal("groups", str(len(self.param_groups)))
        batches, changes = [], []
        start = 0
        for k, group in enumerate(self.param_groups):
            end = start + len(group["params"])
            prefix = f"group{k}.option."
            options = {key.removeprefix(prefix): loading.value(key) for key in loading.keys(prefix)}
            changed = self._changed(k, options, loading)
            rule = None if changed is None else self._rule(changed)
            batches.append(Batches([np.asarray(p) for p in group["params"]]))
            batches[-1].load(loading, rule, self._names[start:end], f"group{k}.")
            changes.append(options)
            start = end
        for key, array in own_arrays(self).items():
            loading.array(key, array)
        loading.check()
        loading.finish()
        self._batches = batches
        for group, options in zip(self.param_groups, changes, strict=True):
            group.update(options)
        self.restores += 1

    def _changed(self, k: int, options: dict[str, Any], loading: Loading) -> ParamGroup | None:
        """The group as it would be with these hyper-parameters; or a fault, if they are not those of the group."""
        group = self.param_groups[k]
        options |= dict.fromkeys(LATER_FLAGS & group.keys() - options.keys(), False)
        if missing := group.keys() - {"params", "initial_lr", *options}:
            loading.fault(f"group{k}: no {', '.join(sorted(missing))} in the state")
            return None
        try:
            changed = ParamGroup(self._owner, k, group["params"], options, self._fields)
            self._check_group(changed)
        except (TypeError, ValueError, KeyError) as fault:
            loading.fault(str(fault))
            return None
        return changed


def _shown(value: Any) -> str:
    return str(value.value()) if hasattr(value, "value") else str(value)
