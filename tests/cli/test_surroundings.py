"""The command where there is no terminal, no home, no letter beyond ASCII, no input; and the programs of tests."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import COSINE
from processes import run, shell, started

NO_HOME = {
    "HOME": "/dev/null/home",
    "XDG_CACHE_HOME": "/dev/null/x",
    "XDG_CONFIG_HOME": "/dev/null/x",
    "MPLCONFIGDIR": "",
}
SURROUNDINGS = {
    "as it is": ("", {}),
    "nohup": ("nohup", {}),
    "no terminal of its own": ("setsid", {}),
    "a dumb terminal": ("", {"TERM": "dumb"}),
    "no kind of terminal": ("env -u TERM", {}),
    "no colour": ("", {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
    "no home": ("", NO_HOME),
    "warnings are errors": ("", {"PYTHONWARNINGS": "error"}),
    "the C locale": ("", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "ASCII": ("", {"PYTHONIOENCODING": "ascii"}),
    "a narrow terminal": ("", {"COLUMNS": "1"}),
    "a terminal of no width": ("", {"COLUMNS": "0", "LINES": "0"}),
    "columns that are no number": ("", {"COLUMNS": "wide"}),
    "another backend": ("", {"MPLBACKEND": "TkAgg"}),
    "optimized": ("", {"PYTHONOPTIMIZE": "1"}),
    "development mode": ("", {"PYTHONDEVMODE": "1"}),
}


TEXT_ONLY = {
    "a dumb terminal",
    "no kind of terminal",
    "a narrow terminal",
    "a terminal of no width",
    "columns that are no number",
}
"""What a picture in a file knows nothing of."""


ALL = f"""
import sys
from lrkit.cli import main
files = [["plot", "{COSINE}", "-o", "a.png"], ["plot", "{COSINE}", "-o", "a.html"]] if sys.argv[1:] else []
for words in (["plot", "{COSINE}"], *files, ["list", "--recipes"], ["show", "one_cycle"], ["table", "{COSINE}"],
              ["diff", "{COSINE}", "{COSINE}"]):
    sys.argv = ["lrkit", *words]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
"""


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_the_command_works_in(tmp_path: Path, name: str) -> None:
    before, environment = SURROUNDINGS[name]
    (tmp_path / "all.py").write_text(ALL)
    files = name not in TEXT_ONLY
    done = shell(f"{before} '{sys.executable}' all.py {'files' * files}", tmp_path, **environment)
    told = [line for line in done.stderr.splitlines() if not line.startswith("nohup: ")]
    assert told == ["wrote a.png", "wrote a.html"] * files
    assert done.returncode == 0
    assert "cosine decay" in done.stdout
    assert "step,learning_rate\n0,0.1\n" in done.stdout
    assert "equal at all 100 steps" in done.stdout
    assert "\x1b" not in done.stdout
    if files:
        assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_no_fault(tmp_path: Path, redirection: str) -> None:
    """A file that is opened must not get the number of one, either: the picture would be written over."""
    done = shell(f"lrkit plot '{COSINE}' -o a.png {redirection}; lrkit plot '{COSINE}' {redirection}", tmp_path)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    wrong = shell(f"lrkit plot nonsense {redirection}", tmp_path)
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
    assert "2>&-" in redirection or wrong.stderr.startswith("lrkit: ")


def test_standard_input_that_is_closed_is_empty() -> None:
    done = shell("lrkit json - <&-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is nothing on standard input" in done.stderr


def test_names_beyond_ascii_in_the_c_locale(tmp_path: Path) -> None:
    done = shell(f"lrkit plot '{COSINE}' --title 'é → η' -o é.svg; lrkit plot '{COSINE}' --label 'é → η'", tmp_path,
                 LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert [path.name for path in tmp_path.iterdir()] == ["é.svg"]


def test_a_folder_that_cannot_be_written_is_one_line() -> None:
    done = shell(f"lrkit plot '{COSINE}' -o a.png", Path("/proc/self"))
    assert done.returncode == 2
    assert done.stderr.startswith("lrkit: [Errno ")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; lrkit plot '{COSINE}'; lrkit plot cosine", tmp_path)
    assert "cosine decay" in done.stdout
    assert "did you mean CosineDecayLR" in done.stderr
    assert "Traceback" not in done.stderr


# The programs that tests start ----------------------------------------------------------------------------------


def test_an_interrupt_reaches_a_program_even_where_it_is_ignored() -> None:
    """Under nohup and in the background of a script children are born deaf to it, and a test would wait for ever."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path.insert(0, sys.argv[1])\n"
        "from processes import started\n"
        "command = [sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(1000)']\n"
        "import subprocess\n"
        "with started(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:\n"
        "    process.stdout.readline(); process.send_signal(signal.SIGINT); print(process.wait(timeout=100))\n"
    )
    done = run([sys.executable, "-c", code, str(Path(__file__).parents[1] / "tools")])
    assert (done.stdout, done.stderr) == (f"{-signal.SIGINT}\n", "")


def test_a_program_is_not_left_behind() -> None:
    """Neither it nor what it has started."""
    with pytest.raises(RuntimeError, match="the test fails"):  # noqa: PT012, SIM117
        with started(["bash", "-c", "sleep 1000 & echo $!; wait"], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            child = int(process.stdout.readline())
            raise RuntimeError("the test fails")
    assert process.returncode == -signal.SIGKILL
    for _ in range(100):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    raise AssertionError(f"process {child} was left behind")


def test_tests_pass_where_an_interrupt_is_ignored(tmp_path: Path) -> None:
    """The one that sends it, run as people run a suite over night."""
    tests = Path(__file__).parent / "test_table.py"
    done = shell(
        f"trap '' INT; nohup '{sys.executable}' -m pytest -q -p no:cacheprovider '{tests}' "
        "-k 'interrupt or seen_enough' > out.txt 2>&1 <&-; echo $?; tail -3 out.txt",
        tmp_path,
        **{"TERM": "dumb", "NO_COLOR": "1"} | {k: v for k, v in NO_HOME.items() if k != "MPLCONFIGDIR"},
    )
    assert done.stdout.splitlines()[0] == "0", done.stdout


def test_every_program_that_a_test_starts_has_a_time_limit() -> None:
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "subprocess" in text else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("subprocess.run", "subprocess.check_output"):
                assert "timeout" in [keyword.arg for keyword in node.keywords], f"{path}, line {node.lineno}"
