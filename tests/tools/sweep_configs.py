"""Random configs of each system: read, written, read again, and compared; what has no form again is counted.

Run by hand: ``python -m tests.tools.sweep_configs 60 torchtitan nemo``.
"""

from __future__ import annotations

# ruff: noqa: T201
import json
import random
import sys
import warnings

import lrkit
from lrkit.configs._writing import SAME, difference
from tests.tools.random_configs import MAKERS, random_config, read_again


def main() -> None:
    warnings.simplefilter("ignore")
    count, *names = sys.argv[1:] or ["60"]
    for name in names or MAKERS:
        r, written, unequal, without = random.Random(3), 0, [], []
        for _ in range(int(count)):
            config, budget = random_config(name, r)
            schedule = next(iter(lrkit.from_config(config, name, budget).rates.values()))
            try:
                text = lrkit.as_source(schedule, name)
            except ValueError as error:
                without.append(f"{json.dumps(config)} {str(error)[:300]}")
                continue
            written += 1
            again = read_again(text, name)
            size, at = difference(schedule, again, None)
            if size > SAME:
                unequal.append(f"{config} {at} {text}")
            elif lrkit.as_source(again, name) != text:
                unequal.append(f"another text: {text} {lrkit.as_source(again, name)}")
        print(f"{name}: {written} of {count} written and read as equal, {len(unequal)} not")
        for line in [*unequal[:3], *without[:4]]:
            print("   ", line)


if __name__ == "__main__":
    main()
