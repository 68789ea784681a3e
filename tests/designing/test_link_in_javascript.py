"""link.js says the same as link.py: the same links, the same states, and of damaged ones the same sentences."""

from __future__ import annotations

import random
from typing import Any

import pytest
from node import run_node

from lrkit.designing.link import State, link_of, state_of

pytestmark = pytest.mark.browser
SCRIPT = """
import { linkOf, stateOf, DamagedLink } from "lrkit/designing/link.js";
import { readFileSync } from "node:fs";
const { states, links } = JSON.parse(readFileSync(0));
const read = (link) => {
    try {
        return stateOf(link);
    } catch (error) {
        if (!(error instanceof DamagedLink)) throw error;
        return error.message;
    }
};
process.stdout.write(JSON.stringify({ links: states.map(linkOf), states: links.map(read) }));
"""
WORDS = ("ConstantLR(1)", 'f("ä\\"\\\\\\n\t")', "größe = 1", "π", "\U0001f642", " ", "a&b=c%41", "")


def random_state(draw: random.Random) -> State:
    """Any texts: also those that are no schedule and no budget."""
    ghosts = tuple(draw.choices(WORDS, k=draw.randrange(5)))
    unit = draw.choice(["step", "epoch", "token"])
    return State(draw.choice(WORDS) + "1", draw.choice(WORDS), ghosts, log=draw.random() < 0.5, unit=unit)


def in_javascript(state: State) -> dict[str, Any]:
    """The state as the page has it."""
    view = {"log": state.log, "unit": state.unit}
    return {"text": state.text, "budget": state.budget, "ghosts": list(state.ghosts), "view": view}


def damaged(link: str, draw: random.Random) -> str:
    """The link with some characters taken out, put in or changed."""
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(link) + 1)
        link = link[:at] + draw.choice(["", "A", "-", "&", "=", "%", "v", "é", "#e="]) + link[at + draw.randrange(2) :]
    return link


def outcome(link: str) -> Any:
    """The state in a link, or the sentence why there is none."""
    try:
        return in_javascript(state_of(link))
    except ValueError as error:
        return str(error).removeprefix("from_link: ").partition(", got ")[0]


def test_both_say_the_same() -> None:
    draw = random.Random(0)
    states = [random_state(draw) for _ in range(300)]
    links = [link_of(state) for state in states]
    links += [f"#e={state.text}&budget={state.budget}&T=1"[: draw.randrange(60)] for state in states]
    links += [
        "#v1:" + link for link in ("_____w", "eyJlIjpOYU59", "W10", "bnVsbA", "eyJlIjoiYSIsInYiOnsibG9nIjp0cnVlfX0")
    ]
    links += [damaged(link, draw) for link in filter(None, links) for _ in range(3)]
    found = run_node(SCRIPT, {"states": list(map(in_javascript, states)), "links": links})
    assert found["links"] == links[: len(states)]
    expected = list(map(outcome, links))
    assert found["states"] == expected
    assert 300 < sum(isinstance(one, str) for one in expected) < len(expected) - 300
