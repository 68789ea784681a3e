"""Lightning: torch's scheduler in the method that a module hands it over by, stepped at each update."""

from __future__ import annotations

from dataclasses import replace

from . import torch
from ._target import Lines

RESULT = 'return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}'
IMPORTS = ("import ", "from ")


def _method(lines: Lines) -> Lines:
    """The lines as the body of ``configure_optimizers``; a function of the step stays before it."""
    imports = [line for line in lines if line.startswith(IMPORTS)]
    rest = "\n".join(line for line in lines if line not in imports).strip("\n").split("\n")
    start = next(k for k, line in enumerate(rest) if line.startswith(("for group", "sched", "#")))
    before, body = "\n".join(rest[:start]).strip("\n").split("\n"), rest[start:]
    body = ["optimizer = torch.optim.AdamW(self.parameters())", *body, RESULT]
    head = imports if "import torch" in imports else ["import torch", *imports]
    if before != [""]:
        head = [*head, "", "", *before] if before[0].startswith("def") else [*head, "", *before]
    return [*head, "", "", "def configure_optimizers(self):", *(f"    {line}" for line in body if line)]


TARGET = replace(torch.TARGET, within=_method)
