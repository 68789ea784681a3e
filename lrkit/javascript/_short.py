"""JavaScript made shorter: without comments and spaces, and with short names where a name is nothing but a variable.

A name is replaced everywhere or nowhere, so no scope has to be known. It stays if it stands anywhere as a property:
after a dot, as a key, alone between the braces of an object or a pattern, as a method or a field of a class; and if no
place declares it, as those of the browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count, product
from string import ascii_letters
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/) | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[^\W\d]\w*(?:[$\w])*|\$[$\w]*) | (?P<number>\.?\d(?:[\w.]|(?<=[eE])[+-])*)
    | (?P<sign>=>|\.\.\.|\?\.|[=!]==?|&&=?|\|\|=?|\?\?=?|\*\*=?|\+\+|--|[-+*/%&|^<>]=|>>>|<<|>>|[^\s`])""",
    re.VERBOSE | re.DOTALL,
)
REGULAR = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
BEFORE_REGULAR = {"(", ",", "=", ":", "[", "!", "&&", "||", "?", "{", "}", ";", "=>", "return", "", "??"}
KEYWORDS = frozenset(
    """
    arguments as async await break case catch class const constructor continue debugger default delete do else export
    extends false finally for from function get if import in instanceof let new null of return set static super switch
    this throw true try typeof undefined var void while with yield NaN Infinity
    """.split()  # noqa: SIM905  # as a list it is sixty lines
)
HEADS = frozenset({"if", "for", "while", "switch", "catch"})
BEFORE_BLOCK = frozenset({")", "=>", "else", "try", "finally", "do", ";", "{", "}", ""})
"""After these a brace opens a block, and elsewhere an object or a pattern."""
STARTS = frozenset({"const", "let", "class", "function"})
LONG = range(2, 4)
"""How long the names of a module are, so that those within its functions may be of one letter."""
OPEN = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    """A piece of the text; of a space only whether it has a line's end is kept."""

    kind: str
    text: str


def shortened(text: str) -> str:
    """The same program in fewer characters; at its top level are the statements of one module or script."""
    pieces = _statements(list(_tokens(text, 0, "")[0]))
    known = [_declared_and_kept([token for token in piece if token.kind != "space"]) for piece in pieces]
    top = set().union(*map(_declared_at_top, pieces))
    kept = set().union(*(one[1] for one in known))
    every = Counter(token.text for piece in pieces for token in piece if token.kind == "name")
    names = _short_names(every, top - kept, set(every), LONG)
    out: list[Token] = []
    for piece, (declared, stays) in zip(pieces, known, strict=True):
        used = Counter(token.text for token in piece if token.kind == "name")
        own = _short_names(used, declared - stays - top, {names.get(name, name) for name in used}, count(1))
        out += [Token(one.kind, (names | own).get(one.text, one.text)) if one.kind == "name" else one for one in piece]
    return _joined(out)


def _statements(tokens: list[Token]) -> list[list[Token]]:
    """The tokens in pieces, none of which ends within brackets: what is declared in brackets is one piece's own."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if depth == 0 and token.kind == "name" and token.text in STARTS:
            found.append([])
        found[-1].append(token)
        if token.kind == "sign":
            depth += (token.text in OPEN) - (token.text in OPEN.values())
    return found


def _declared_at_top(piece: list[Token]) -> set[str]:
    """The names that a statement declares outside of all brackets, or in a pattern there."""
    tokens = [token for token in piece if token.kind != "space"]
    if not tokens or tokens[0].text not in STARTS:
        return set()
    if tokens[0].text in ("class", "function"):
        return {tokens[1].text}
    closing = _closing(tokens)
    found: set[str] = set()
    at = 1
    while at < len(tokens):
        if tokens[at].text in ("{", "["):
            found |= {one.text for one in tokens[at : closing[at]] if one.kind == "name"}
            at = closing[at]
        elif tokens[at].kind == "name":
            found.add(tokens[at].text)
        while at < len(tokens) and tokens[at].text != ",":
            at = closing.get(at, at) + 1
        at += 1
    return found


def _tokens(text: str, at: int, end: str) -> tuple[list[Token], int]:
    """The tokens up to the brace that ends a piece of a template, or to the end of the text; and where they end."""
    found: list[Token] = []
    before, depth = "", 0
    while at < len(text):
        if text[at] == "`":
            inside, at = _template(text, at + 1)
            found += inside
            before = "`"
            continue
        if (
            text[at] == "/"
            and before in BEFORE_REGULAR
            and (regular := REGULAR.match(text, at))
            and text[at + 1] not in "/*"
        ):
            found.append(Token("text", regular[0]))
            at, before = regular.end(), "/"
            continue
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"shortened: cannot read {text[at : at + 20]!r}")
        kind, piece = str(match.lastgroup), match[0]
        if kind == "sign" and piece in "{}":
            if piece == "}" and depth == 0 and end:
                return found, at + 1
            depth += 1 if piece == "{" else -1
        at = match.end()
        found.append(Token(kind, ("\n" if "\n" in piece else " ") if kind == "space" else piece))
        before = before if kind == "space" else piece if kind in ("sign", "name") else "0"
    return found, at


def _template(text: str, at: int) -> tuple[list[Token], int]:
    found = []
    raw = "`"
    while text[at] != "`":
        if text.startswith("${", at):
            inside, at = _tokens(text, at + 2, "}")
            found += [Token("raw", raw + "${"), *inside]
            raw = "}"
        else:
            step = 2 if text[at] == "\\" else 1
            raw += text[at : at + step]
            at += step
    return [*found, Token("raw", raw + "`")], at + 1


def _short_names(names: Counter[str], wanted: set[str], taken: set[str], lengths: Iterable[int]) -> dict[str, str]:
    """A short name for each that is wanted, the most frequent first."""
    free = (name for name in _letters(lengths) if name not in taken and name not in KEYWORDS)
    order = [name for name, _ in names.most_common() if name in wanted - KEYWORDS and len(name) > 1]
    return dict(zip(order, free, strict=False))


def _letters(lengths: Iterable[int]) -> Iterator[str]:
    for length in lengths:
        yield from map("".join, product(ascii_letters, repeat=length))


def _declared_and_kept(tokens: list[Token]) -> tuple[set[str], set[str]]:  # a table of places
    closing = _closing(tokens)
    declared: set[str] = set()
    kept: set[str] = set()
    around: list[str] = [""]
    in_parameters: list[int] = []
    in_pattern = 0
    for i, token in enumerate(tokens):
        before = tokens[i - 1].text if i else ""
        after = tokens[i + 1].text if i + 1 < len(tokens) else ""
        if token.kind == "name" and token.text not in KEYWORDS:
            inside = around[-1]
            end = closing.get(i + 1, -1) if after == "(" else -1
            is_method = end > 0 and tokens[end + 1].text == "{" and before not in ("function", "class")
            is_key = inside in ("{", "class") and before in ("{", ",") and after in (":", ",", "}", "=")
            is_member = inside == "class" and (after in ("=", ";") or before in ("static", "get", "set"))
            if before in (".", "?.", "#") or is_key or is_member or is_method:
                kept.add(token.text)
            starts = before in ("const", "let", "var", "class", "function") or after == "=>"
            listed = before in ("(", ",", "[", "{", "...") and (in_parameters or i < in_pattern)
            if starts or listed:
                declared.add(token.text)
        elif token.text in ("const", "let") and after in ("[", "{"):
            in_pattern = closing[i + 1]
        if token.kind == "sign" and token.text in OPEN:
            is_class = token.text == "{" and any(one.text == "class" for one in tokens[max(0, i - 4) : i])
            is_block = token.text == "{" and before in BEFORE_BLOCK
            around.append("class" if is_class else "block" if is_block else token.text)
            end = closing[i]
            following = tokens[end + 1].text if end + 1 < len(tokens) else ""
            if token.text == "(" and (following == "=>" or (following == "{" and before not in HEADS - {"catch"})):
                in_parameters.append(end)
        elif token.kind == "sign" and token.text in OPEN.values():
            around.pop()
        if in_parameters and i >= in_parameters[-1]:
            in_parameters.pop()
    return declared, kept


def _closing(tokens: list[Token]) -> dict[int, int]:
    """Where the bracket is that closes each one that opens."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for i, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in OPEN:
            waiting.append(i)
        elif token.text in OPEN.values():
            found[waiting.pop()] = i
    return found


def _joined(tokens: list[Token]) -> str:
    """The tokens with a space or a line's end only where one is needed."""
    out: list[str] = []
    space = ""
    for token in tokens:
        if token.kind == "space":
            space = max(space, token.text, key=lambda one: one == "\n") if space else token.text
            continue
        last = out[-1][-1] if out else ""
        if (
            space == "\n"
            and last not in ";{,([:=&|?"
            and token.text not in ("}", ")", "]", ",", ".", "?", ":", ";", "?.")
        ):
            out.append("\n")
        elif (
            space
            and last
            and ((_in_word(last) and _in_word(token.text[0])) or (last in "+-" and token.text[0] == last))
        ):
            out.append(" ")
        out.append(token.text)
        space = ""
    return "".join(out) + "\n"


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_$"
