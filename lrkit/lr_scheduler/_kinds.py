"""A torch scheduler where torch is: the class that an instance has when it is bound to one of torch's optimizers."""

from __future__ import annotations

import sys
from typing import Any

from .._params import DECLARED, declared_of

KIND = "_torch_kind"


class TorchCompatible:
    """Becomes an instance of a class of torch too, once it has an optimizer of torch; torch is never imported here.

    Frameworks ask ``isinstance(scheduler, torch.optim.lr_scheduler.LRScheduler)``. The class made for it stands before
    torch's in every look-up, bears the same name, and is left out of pickles: what is read back is made anew.
    """

    _counterpart = "LRScheduler"
    """The class of `torch.optim.lr_scheduler` that the instance is one of."""

    def _settle(self) -> None:
        """Take on the class that belongs to the optimizer at hand."""
        torchs: Any = sys.modules.get("torch.optim.lr_scheduler")
        if torchs is None or not isinstance(self.optimizer, torchs.Optimizer):  # type: ignore[attr-defined]
            return
        cls = type(self)
        theirs = getattr(torchs, cls._counterpart)
        if issubclass(cls, theirs):
            return
        if KIND not in vars(cls):
            names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
            own = {"_plain_kind": cls, DECLARED: declared_of(cls)}
            setattr(cls, KIND, type(cls.__name__, (cls, theirs), names | own))
        self.__class__ = vars(cls)[KIND]

    def __reduce__(self) -> Any:
        cls = type(self)
        return _blank, (getattr(cls, "_plain_kind", cls),), self.__getstate__()

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._settle()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()


def _blank(cls: Any) -> Any:
    return cls.__new__(cls)
