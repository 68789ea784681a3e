"""Where torch's class is taken on: a scheduler that is bound to an optimizer of torch is one of torch's too."""

from __future__ import annotations

import sys
from typing import Any

from .._params import DECLARED, declared_of

MADE = "_lrkit_torch_class"
"""Where a class keeps the class that its instances on torch's optimizers have."""


class TorchCompatible:
    """Takes on a class of torch too, once it has an optimizer of torch; torch is never imported here.

    Frameworks ask ``isinstance(scheduler, torch.optim.lr_scheduler.LRScheduler)``. The class made for it stands before
    torch's in every look-up, bears the same name, and is left out of pickles: what is read back is made anew.
    """

    _torch_name = "LRScheduler"
    """The class of `torch.optim.lr_scheduler` that the instance is one of."""

    def _take_on_torch_class(self) -> None:
        torch_schedulers: Any = sys.modules.get("torch.optim.lr_scheduler")
        if torch_schedulers is None or not isinstance(self.optimizer, torch_schedulers.Optimizer):  # type: ignore[attr-defined]
            return
        cls = type(self)
        of_torch = getattr(torch_schedulers, cls._torch_name)
        if issubclass(cls, of_torch):
            return
        if MADE not in vars(cls):
            names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
            own = {"_without_torch": cls, DECLARED: declared_of(cls)}
            setattr(cls, MADE, type(cls.__name__, (cls, of_torch), names | own))
        self.__class__ = vars(cls)[MADE]

    def __reduce__(self) -> Any:
        cls = type(self)
        return _blank, (getattr(cls, "_without_torch", cls),), self.__getstate__()

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._take_on_torch_class()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()


def _blank(cls: Any) -> Any:
    return cls.__new__(cls)
