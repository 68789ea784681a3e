"""Runs the translated schedules in node: a list of questions in, a list of answers out, in one process."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lrkit.javascript.build import ROOM, bundle

EXPORTS = ("printed", "parse", "make", "parts", "replace", "FIELDS", "KINDS", "CATALOGUE")
DRIVER = """
import { readFileSync } from "node:fs";
import * as core from "./core.mjs";
const { parse, make, parts, replace, FIELDS, KINDS, CATALOGUE } = core;
const steps = text => new Float64Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
const rates = values => Buffer.from(values.buffer).toString("base64");
const number = x => (x === "Infinity" || x === "-Infinity" || x === "NaN" ? Number(x) : x);
const answers = {
  schedule({ text, at, stop, knots }) {
    const s = parse(text);
    const found = { text: String(s), expanded: String(s.expand()), json: s.toJson(), horizon: s.horizon };
    if (knots) found.knots = rates(s.knotsBefore(stop ?? 2 * s.horizon));
    return at ? { ...found, rates: rates(s.rates(steps(at))) } : found;
  },
  text({ text, names }) {
    return { text: String(parse(text, names)) };
  },
  make({ kind, fields }) {
    const read = value => (Array.isArray(value) ? value.map(number) : number(value));
    const given = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, read(value)]));
    return { text: String(make(kind, given)) };
  },
};
function answer(job) {
  try {
    return (answers[job.what] ?? own[job.what])(job);
  } catch (error) {
    if (!error.type) throw error;
    return { refused: error.message, type: error.type, position: error.position };
  }
}
const own = {
OWN
};
const jobs = JSON.parse(readFileSync("jobs.json", "utf8"));
process.stdout.write(JSON.stringify(jobs.map(answer)));
"""


def ask(jobs: Sequence[dict[str, Any]], own: str = "", core: str = "") -> list[dict[str, Any]]:
    """The answers of node. `own` are further kinds of questions, as methods; `core` is the bundle, if it is another."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        core = core or bundle(ROOM / "parse.js", ROOM / "printed.js", exports=EXPORTS)
        folder.joinpath("core.mjs").write_text(core, encoding="utf-8")
        folder.joinpath("main.mjs").write_text(DRIVER.replace("OWN", own), encoding="utf-8")
        folder.joinpath("jobs.json").write_text(json.dumps(list(jobs)), encoding="utf-8")
        done = subprocess.run(
            ["node", "main.mjs"], cwd=folder, capture_output=True, text=True, check=False, timeout=300
        )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def packed(values: Any) -> str:
    """Floats as text, bit for bit."""
    return base64.b64encode(np.asarray(values, np.float64).tobytes()).decode()


def unpacked(text: str) -> np.ndarray[Any, Any]:
    """The floats of an answer."""
    return np.frombuffer(base64.b64decode(text), np.float64)
