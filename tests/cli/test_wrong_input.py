"""Whatever is wrong is one line on standard error, and exit code 2."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pytest
from command import COSINE, Run, listed
from processes import shell

mpl.use("Agg")


BAD = [
    (["bogus"], "No such command 'bogus'"),
    (["plot", "--bogus"], "No such option:? '?--bogus"),
    (["plot", "foo"], r"Invalid value for '\[EXPR\]...': 'foo': no such file, and no expression such as"),
    (
        ["plot", "WarmUpLR(0.1, 0)"],
        "'WarmUpLR.0.1, 0.': parse: column 1: WarmUpLR: warmup_steps must be an integer >= 1",
    ),
    (["plot", COSINE, "WarmUpLR(0.1"], r"'WarmUpLR\(0.1': parse: column 9: '\(' was never closed"),
    (["plot", "__import__('os').system('touch pwned')"], "parse: column 1: '__import__' is not a schedule"),
    (["plot", "nosuch.json"], "'nosuch.json': No such file or directory"),
    (["plot", "broken.json"], "'broken.json': from_json: "),
    (["plot", "binary.json"], "'binary.json': 'utf-8' codec can't decode byte 0xff"),
    (["plot", "folder.json"], "'folder.json': no log with learning rates in this directory"),
    (["plot", "kind.json"], "'kind.json': from_json: .*'bogus'"),
    (["plot", "-"], "'-': there is nothing on standard input"),
    (["plot", "x" * 300], "'x{37}...': no such file"),
    (["plot", "a\nb"], r"'a\\nb': no such file"),
    (["plot", "\0"], r"'\\x00': "),
    (["plot", COSINE, "--steps", "0"], "Invalid value for '--steps': '0': must be an integer >= 1, got 0"),
    (["plot", COSINE, "--steps", "many"], "Invalid value for '--steps': 'many': column 1: only numbers may stand here"),
    (["plot", COSINE, "--steps", str(10**30)], "'--steps': '1000.*': must be an integer >= 1 and at most 2\\*\\*53"),
    (["plot", COSINE, "--steps-per-epoch", "0"], "Invalid value for '--steps-per-epoch'"),
    (["plot", COSINE, "--label", "a", "--label", "b"], "--label is given once for each curve, 1 in all"),
    (["plot", "--label", "a"], "--label is given once for each curve, 4 in all"),
    (["source", COSINE, "tlr"], "'FRAMEWORK': 'tlr' is neither a framework nor a training system; did you mean 'trl'?"),
    (["source", COSINE, "zzz"], "'zzz' is neither a framework nor a training system; there are torch, transformers,"),
    (["plot", COSINE, "--theme", "blue"], "Invalid value for '--theme': 'blue' is not one of"),
    (["plot", "ConstantLR(0)", "--log"], "--log needs a rate above 0, and there is none"),
    (["plot", COSINE, "-o", "a.gif"], r"Invalid value for '-o': 'a.gif' must end in .png, .svg, .pdf, .html or .txt"),
    (["plot", COSINE, "-o", "png"], "'png' must end in"),
    (["plot", COSINE, "-o", "nowhere/a.png"], "Invalid value for '-o': 'nowhere' is not a directory"),
    (["plot", COSINE, "-o", "folder.png"], "'folder.png' is a directory"),
    (["plot", "bad", "-o", "a.png"], "'bad': no such file"),
    (["plot", "ConstantLR(0)", "--log", "-o", "a.png"], "--log needs a rate above 0"),
    (["plot", "ScaleLR(WarmUpLR(1e308, 9), 9)", "-o", "a.png"], "too large for a float"),
    (["list", "extra"], "unexpected extra argument"),
    (["show"], "Missing argument 'KIND'"),
    (["show", "bogus"], "Invalid value for 'KIND': 'bogus' is not a kind of schedule; `lrkit list` names them all"),
    (["table"], "Missing argument 'EXPR'"),
    (["table", COSINE, COSINE], "unexpected extra argument"),
    (["table", COSINE, "--format", "xml"], "Invalid value for '--format': 'xml' is not one of"),
    (["table", COSINE, "--steps", "-3"], "Invalid value for '--steps'"),
    (["table", "ScaleLR(WarmUpLR(1e308, 9), 9)", "--format", "json"], "too large for a float"),
    (["json"], "Missing argument 'EXPR'"),
    (["json", COSINE, "--indent", "9"], "Invalid value for '--indent': 9 is not in the range 0<=x<=8"),
    (["json", "TableLR([1, 'a'])"], r"parse: column \d+: "),
]


@pytest.mark.parametrize(
    ("arguments", "message"), BAD, ids=[" ".join(a)[:50].encode("unicode_escape").decode() for a, _ in BAD]
)
def test_bad_input_is_one_line_and_code_2_and_nothing_else(run: Run, arguments: list[str], message: str) -> None:
    Path("broken.json").write_text('{"lrkit": 1')
    Path("binary.json").write_bytes(b"\xff\xfe")
    Path("kind.json").write_text('{"lrkit": 1, "schedule": {"kind": "bogus"}}')
    Path("folder.json").mkdir()
    Path("folder.png").mkdir()
    before = listed()
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("lrkit: ")
    assert done.err.count("\n") == 1
    assert done.err.endswith("\n")
    assert done.err[:-1].isprintable()
    assert re.search(message, done.err)
    assert listed() == before


def test_a_line_on_standard_error_from_a_shell(tmp_path: Path) -> None:
    done = shell("lrkit plot 'WarmUpLR(0.1)' -o a.png", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"lrkit: Invalid value for '\[EXPR\]...': 'WarmUpLR\(0.1\)': parse: column 1: .*\n", done.stderr
    )
    assert listed(tmp_path) == []
