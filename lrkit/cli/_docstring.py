"""A docstring as it is read in a terminal: without the documentation builder's marks, its formulas as lines of text."""

from __future__ import annotations

import re

BLOCK = re.compile(r"^\.\. math::(?P<first>.*)\n(?P<rest>(?:[ \t]+\S.*\n|\n(?=[ \t]+\S))*)", re.MULTILINE)
INDENT = "    "
TOKENS = re.compile(r"\\[A-Za-z]+|\\.|.")
SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "sum": "Σ", "le": "≤", "ge": "≥", "ne": "≠",
    "cdot": "·", "times": "×", "dots": "…", "cdots": "…", "sim": "~", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "bmod": "mod", "infty": "∞", "mathcal": "",
    "left": "", "right": "", "bigl": "", "bigr": "", "quad": "\t", "qquad": "\t",
}  # fmt: skip
GAP = "   "
"""What stands between two formulas of one line."""
FUNCTIONS = ("cos", "sin", "tanh", "exp", "ln", "log")
ESCAPES = {"\\,": " ", "\\;": " ", "\\:": " ", "\\!": "", "\\ ": " ", "\\{": "{", "\\}": "}", "\\#": "#", "\\|": "|"}
FRACTIONS = {("1", "2"): "½", ("1", "3"): "⅓", ("1", "4"): "¼", ("3", "4"): "¾"}
SIMPLE = re.compile(r"[\w.½…]+|-?\d+")
"""What needs no brackets as an exponent or an index."""
ENDS = (
    *"+-,)]}=<>|^_", "\\right", "\\bigr", "\\}", "\\le", "\\ge", "\\text", "\\quad", "\\qquad", "\\rfloor", "\\rceil",
)  # fmt: skip
"""Tokens that end a product."""


def readable(doc: str) -> str:
    """The text of a docstring, with its formulas as text."""
    description, examples, rest = doc.partition("\nExamples\n--------\n")
    return plain(BLOCK.sub(_formula, f"{description}\n")).rstrip() + ("\n" + examples + rest if examples else "")


def plain(text: str) -> str:
    """A text without roles, double quotation marks of code, and stars of emphasis."""
    text = re.sub(r":math:`([^`]*)`", lambda found: as_text(found[1]), text)
    text = re.sub(r":[a-z:]+:`([^`]*)`", r"`\1`", text)
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return re.sub(r"(?<![\w*`])\*(\w[^*\n]*(?:\n[^*\n]+)?)\*(?![\w*])", r"\1", text)


def _formula(found: re.Match[str]) -> str:
    lines = as_text(f"{found['first']} {found['rest']}").replace(f",{GAP}", ",\n").split("\n")
    return "\n".join(INDENT + line.strip() for line in lines) + "\n"


def as_text(latex: str) -> str:
    """A formula in LaTeX as text: ``η_min + ½ (η_max - η_min) (1 + cos(π t / T))``.

    A fraction, a root or an exponent gets brackets where it needs them.
    """
    text = re.sub(r" +", " ", _Formula(latex).sequence())
    text = re.sub(r" *([)\]}⌋⌉,;])", r"\1", re.sub(r"([(\[{⌊⌈]) +", r"\1", text))
    return re.sub(r" *\t[\t ]*", GAP, text).strip()


class _Formula:
    """A formula, read from left to right."""

    def __init__(self, latex: str) -> None:
        self._tokens: list[str] = TOKENS.findall(" ".join(latex.split()))
        self._at = 0

    def sequence(self) -> str:
        """Everything up to the end of the group."""
        parts: list[str] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token == "}":
                break
            if token in "^_":
                self._attach(parts, token)
            else:
                parts.append(self._one(token))
        return "".join(parts)

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _argument(self) -> str:
        """A group in braces, or one token."""
        while self._tokens[self._at].isspace():
            self._at += 1
        token = self._next()
        return self.sequence().strip() if token == "{" else self._one(token).strip()

    def _one(self, token: str) -> str:
        """A token that stands for itself, or a command with its arguments."""
        command = token.removeprefix("\\")
        if not token.startswith("\\"):
            return self.sequence() if token == "{" else token
        if token in ESCAPES:
            return ESCAPES[token]
        if command in ("frac", "tfrac"):
            return self._fraction()
        if command == "sqrt":
            return f"√{_factor(self._argument())}"
        if command in ("text", "mathrm"):
            return self._words()
        if command in FUNCTIONS:
            return command + self._applied()
        return SYMBOLS.get(command, command)

    def _words(self) -> str:
        """The words of a text, as they are."""
        end = self._tokens.index("}", self._at)
        words = "".join(self._tokens[self._at + 1 : end])
        self._at = end + 1
        return words

    def _fraction(self) -> str:
        """One over the other; in brackets, if something else is multiplied with it."""
        above, below = self._argument(), self._argument()
        if (above, below) in FRACTIONS:
            return FRACTIONS[above, below]
        text = f"{_factor(above) if re.search(r'[+-]', _outside(above)) else above} / {_factor(below)}"
        after = next((token for token in self._tokens[self._at :] if token != " " and token not in ESCAPES), "}")
        return text if after in ENDS else f"({text})"

    def _applied(self) -> str:
        """The argument of a function: nothing if brackets follow, else the product that follows, in brackets."""
        after = next((t for t in self._tokens[self._at :] if t not in (" ", "\\!", "\\left", "\\bigl")), "}")
        if after in ENDS or after == "(":
            return ""
        parts: list[str] = []
        while self._at < len(self._tokens) and (self._tokens[self._at] not in ENDS or self._tokens[self._at] in "^_"):
            token = self._next()
            self._attach(parts, token) if token in "^_" else parts.append(self._one(token))
        return f"({''.join(parts).strip()})"

    def _attach(self, parts: list[str], mark: str) -> None:
        """An exponent or an index to what stands before."""
        inner = self._argument()
        while parts and parts[-1].isspace():
            parts.pop()
        parts.append(f"{mark}{inner}" if SIMPLE.fullmatch(inner) else f"{mark}({inner})")


def _factor(text: str) -> str:
    """The text, in brackets if it is more than one factor."""
    return text if re.fullmatch(r"√?[\w.½…]*(\(\))?(\^([\w.]+|\(\)))?", _outside(text)) else f"({text})"


def _outside(text: str) -> str:
    """The text without what stands in brackets."""
    depth, kept = 0, []
    for letter in text:
        depth -= letter in ")⌋⌉"
        if depth == 0:
            kept.append(letter)
        depth += letter in "(⌊⌈"
    return "".join(kept)
