"""transformers: ``trainer_state.json``.

Until the change of March 2025 (pull request 36973) the rate was read after the scheduler's step: the row `step` holds
the next update's. Since then it holds that of the update just done. A state has the key ``best_global_step`` only since
about then, which tells the two apart in every known file.
"""

from __future__ import annotations

from typing import Any

from .._containers import Container, Document, flat
from .._raw import Raw, columns_of, number

NEW, OLD = (-1, 0), (0, -1)
FACTS = {"max_steps": "total", "num_train_epochs": "epochs", "train_batch_size": "batch"}


def read(container: Container) -> Raw | None:
    """The rows of a state's history."""
    return _state(container.value) if isinstance(container, Document) else None


def _state(value: Any) -> Raw | None:
    if not isinstance(value, dict) or not isinstance(value.get("log_history"), list):
        return None
    rows = [flat(row) for row in value["log_history"] if isinstance(row, dict)]
    new = "best_global_step" in value
    facts: dict[str, Any] = {"trainer": "transformers"}
    for theirs, ours in FACTS.items():
        if (found := number(value.get(theirs))) and found > 0:
            facts[ours] = int(found) if found == int(found) else found
    facts["convention"] = (
        "the file has best_global_step: a row holds the rate of the update just done"
        if new
        else "the file has no best_global_step: a row holds the rate of the next update"
    )
    clocks = {"step": "step", "epoch": "epoch"}
    columns = columns_of(rows, {"learning_rate": "lr"}, clocks, offsets=NEW if new else OLD)
    return Raw("transformers trainer_state.json", columns, facts)
