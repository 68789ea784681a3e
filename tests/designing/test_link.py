"""The link of a design, as Python reads and writes it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

import pytest

import lrkit
from lrkit.designing.link import Design, State, link_of, state_of
from lrkit.designing.mark import MAX_LINK, is_link

PHASES = "JoinLR([WarmUpLR(0.001, 500), ConstantLR(0.001), CosineDecayLR(0.0, 0.001, 2000)], [500, 8000])"
FULL = State(
    PHASES, "samples=1.28e6 batch=256 epochs=90", ("linear(0.1, 0, 900)", "ConstantLR(0.1)"), log=True, unit="epoch"
)


def packed(document: object) -> str:
    """A link that another program has written: base64url of RFC 4648, section 5, without padding."""
    return "#v1:" + base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def test_a_link_is_base64url_of_the_json_that_is_documented() -> None:
    _, _, text = link_of(FULL).partition("#v1:")
    document = json.loads(base64.urlsafe_b64decode(text + "=="))
    assert document == {
        "e": PHASES, "b": FULL.budget, "g": list(FULL.ghosts), "v": {"log": 1, "x": "epoch"},
    }  # fmt: skip
    assert json.loads(base64.urlsafe_b64decode(link_of(State("ConstantLR(1)"))[4:] + "==")) == {"e": "ConstantLR(1)"}


@pytest.mark.parametrize("state", [FULL, State("ConstantLR(1)"), State("ConstantLR(1)", ghosts=("MeineLR(größe=1)",))])
def test_a_state_comes_back(state: State) -> None:
    assert state_of(link_of(state)) == state
    assert state_of(f"file:///tmp/page.html{link_of(state)}\n") == state
    assert state_of(link_of(state).removeprefix("#")) == state


def test_six_phases_with_budget_and_ghosts_fit_in_an_address_of_2000_characters() -> None:
    six = (
        "JoinLR([WarmUpLR(0.003, 1000), "
        + "CosineDecayLR(0.0001, 0.003, 9000), " * 5
        + "], [1000, 2000, 3000, 4000, 5000])"
    )
    assert len(link_of(replace(FULL, text=six))) < 2000


def test_the_readable_form() -> None:
    plain = (
        "page.html#e=CosineDecayLR(0,3e-4,9000).warmup(1000) + 1e-5&T=10000&g=linear(0.1,0,9)&g=ConstantLR(1)&x=token"
    )
    state = State(
        "CosineDecayLR(0,3e-4,9000).warmup(1000) + 1e-5",
        "updates=10000",
        ("linear(0.1,0,9)", "ConstantLR(1)"),
        unit="token",
    )
    assert state_of(plain) == state
    assert state_of(plain.replace(" + ", "%20%2B%20").replace("(", "%28")) == state  # as browsers and programs write it
    assert state_of("#e=ConstantLR(1)&budget=samples=1e6 batch=8&log=1").budget == "samples=1e6 batch=8"


def test_from_link_gives_the_values() -> None:
    design = lrkit.from_link(link_of(FULL))
    assert design.schedule == lrkit.parse(PHASES)
    assert design.budget == lrkit.Budget(samples=1.28e6, batch=256, epochs=90)
    assert design.ghosts == (lrkit.linear(0.1, 0, 900), lrkit.ConstantLR(0.1))
    assert (design.log, design.x) == (True, "epoch")
    assert lrkit.from_link(design.link) == design


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("schedule", "CosineDecayLR(0, 0.1, 90)", TypeError, "schedule must be LearningRateSchedule, got 'Cosine"),
        ("budget", "updates=10", TypeError, "budget must be Budget or None, got 'updates=10'"),
        ("ghosts", [lrkit.ConstantLR(0.1)], TypeError, "ghosts must be tuple, got"),
        ("ghosts", (0.1,), TypeError, "ghosts must be LearningRateSchedules, got 0.1"),
        ("ghosts", (lrkit.ConstantLR(0.1),) * 5, ValueError, "ghosts must be at most 4 curves, got 5"),
        ("log", "yes", TypeError, "log must be bool, got 'yes'"),
        ("x", 3, TypeError, "x must be str, got 3"),
        ("x", "hours", ValueError, "x must be one of step, epoch, "),
    ],
)
def test_a_design_refuses_what_no_page_could_show(field: str, value: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(f"Design: {message}")):
        Design(**({"schedule": lrkit.ConstantLR(0.1)} | {field: value}))


def test_an_expression_may_use_the_numbers_of_the_budget() -> None:
    design = lrkit.from_link("#e=CosineDecayLR(0, 0.1, total - 5*epoch)&budget=samples=1000 batch=10 epochs=9")
    assert design.schedule == lrkit.CosineDecayLR(0, 0.1, 400)


def test_a_call_of_the_catalogue_stays_one() -> None:
    schedule = lrkit.warmup_stable_decay(0.1, warmup_steps=10, stable_steps=70, decay_steps=20)
    assert lrkit.Design(schedule).state.text.startswith("warmup_stable_decay(")


DAMAGED = {
    "#v2:eyJlIjoi": "the link has version 2, and this lrkit reads version 1",
    "#v1:": "the link is damaged: a part of it is missing or was changed",
    link_of(FULL)[:-2]: "the link is damaged: a part of it is missing or was changed",
    link_of(FULL)[:44]: "the link is damaged: a part of it is missing or was changed",
    link_of(FULL).replace("e", "%", 1): "the link is damaged: a part of it is missing or was changed",
    "#v1:_____w": "the link is damaged: a part of it is missing or was changed",
    "#v1:eyJlIjpOYU59": "the link is damaged: a part of it is missing or was changed",
    packed([PHASES]): "the link is damaged: it holds no design",
    packed(None): "the link is damaged: it holds no design",
    packed({}): "the link has no expression",
    packed({"e": " "}): "the link has no expression",
    packed({"e": 3}): "the link has no expression",
    packed({"e": PHASES, "b": 3}): "the link is damaged: its b must be a text",
    packed({"e": PHASES, "b": None}): "the link is damaged: its b must be a text",
    packed({"e": PHASES, "g": PHASES}): "the link is damaged: its g must be a list of texts",
    packed({"e": PHASES, "g": [PHASES, 1]}): "the link is damaged: its g must be a list of texts",
    packed({"e": PHASES, "g": [PHASES] * 5}): "the link has 5 curves beside the designed one, at most 4 are kept",
    packed({"e": PHASES, "v": 1}): "the link is damaged: its v must be an object",
    packed({"e": PHASES, "v": {"log": 2}}): "the link is damaged: its log must be 0 or 1",
    packed({"e": PHASES, "v": {"log": None}}): "the link is damaged: its log must be 0 or 1",
    packed({"e": PHASES, "v": {"x": "week"}}): "the link is damaged: its x must be one of step, epoch, sample, token, "
    "hour, progress",
    "#e=": "the link has no expression",
    "#e=ConstantLR(1)&e=ConstantLR(2)": "the link has e= twice",
    "#e=ConstantLR(1)&rate=1": "there is no part rate= in a link: there are e=, budget=, T=, g=, log=, x=",
    "#e=ConstantLR(1)&T=1&budget=updates=1": "the link has budget= and T=, of which one is enough",
    "#e=ConstantLR(1%2)": "the link is damaged: % in its e= is not followed by two digits",
    "#e=ConstantLR(1)%FF": "the link is damaged: its e= is not UTF-8",
    "#e=ConstantLR(1)&log=yes": "the link is damaged: its log must be 0 or 1",
    "#e=" + "1" * MAX_LINK: f"the link has {MAX_LINK + 3} characters, at most {MAX_LINK} are read",
}
"""A link that cannot be read, and why."""


@pytest.mark.parametrize("link", DAMAGED, ids=lambda link: link[:40])
def test_what_is_wrong_is_told(link: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'from_link: {DAMAGED[link]}')}$"):
        lrkit.from_link(link)


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("page.html", "from_link: a link has '#v1:' or '#e=' in it, got 'page.html'"),
        ("#e=CosineDecayLR(0, 0.1)", "from_link: column 1: CosineDecayLR"),
        ("#e=ConstantLR(1)&budget=batch_size=3", "from_link: Budget: there is no field 'batch_size'"),
        ("#e=ConstantLR(1)&T=many", "from_link: Budget: "),
        ("#e=ConstantLR(total)", "from_link: column 12: "),
        ("#e=ConstantLR(1)&g=linear", "from_link: column 1: "),
    ],
)
def test_what_is_wrong_with_the_words_in_it_is_told(link: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        lrkit.from_link(link)
    with pytest.raises(TypeError, match="from_link: text must be str, got bytes"):
        lrkit.from_link(link.encode())  # type: ignore[arg-type]


def test_a_link_that_would_not_be_read_is_not_written() -> None:
    rates = lrkit.TableLR([k / 7 for k in range(50_000)])
    with pytest.raises(ValueError, match=r"link: it would have 1\d+ characters, at most 1048576 are read; write JSON"):
        _ = Design(rates).link


def test_an_expression_is_no_link() -> None:
    assert all(
        not is_link(text) for text in (PHASES, "recipe:bert", "train.py:v1", "ConstantLR(1) # e=1", "rates.csv:v1")
    )
    assert all(is_link(text) for text in (link_of(FULL), "v1:eyJl", "#e=ConstantLR(1)", "http://host/page#v9:x"))
