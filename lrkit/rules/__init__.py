"""Update rules: each is stated once, as in its paper, and run in place by `_batch`."""
