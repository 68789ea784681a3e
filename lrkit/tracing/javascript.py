"""A recording as JavaScript: the statements that the Python printer writes, in a function that needs nothing else.

The operations and their order stay. V8's `exp`, `log`, `cos` and powers differ from C's by an ulp here and there.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Sequence

from . import python
from .recording import Recording

INDENT = "  "
LONGEST = 100
"""Lines are broken where a list is longer."""
TERNARY, EQUAL, LESS, PLUS, TIMES, UNARY, POWER, CALL = range(1, 9)
OPERATORS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Add: ("+", PLUS),
    ast.Sub: ("-", PLUS),
    ast.Mult: ("*", TIMES),
    ast.Div: ("/", TIMES),
}
COMPARED: dict[type[ast.AST], tuple[str, int]] = {
    ast.Lt: ("<", LESS),
    ast.LtE: ("<=", LESS),
    ast.Gt: (">", LESS),
    ast.GtE: (">=", LESS),
    ast.Eq: ("===", EQUAL),
    ast.NotEq: ("!==", EQUAL),
}
FUNCTIONS = {"min": "Math.min", "max": "Math.max", "abs": "Math.abs", "int": "Math.trunc"}
HELPERS = {
    "floorDivide": """\
function floorDivide(x, y) {
  const rest = x % y;
  return Math.round((x - rest) / y) - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0);
}""",
    "remainder": """\
function remainder(x, y) {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}""",
    "bisectLeft": """\
function bisectLeft(numbers, x) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}""",
    "bisectRight": """\
function bisectRight(numbers, x) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < numbers[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}""",
}
"""Python's operations that JavaScript has not, which are written before the function where it uses them."""
CALLED: dict[type[ast.AST], str] = {ast.FloorDiv: "floorDivide", ast.Mod: "remainder"}


def rate_lines(recording: Recording, name: str) -> list[str]:
    """The lines of a function with the operations of a recording, one in each, and of the lists that it uses."""
    writer = python.Writer(python.PASTED, python.constant, {})
    writer.write(recording.body)
    rate = recording.results["rate"]
    result = writer.names.get(rate, rate) if isinstance(rate, str) else python.constant(float(rate))
    lists = [list_lines(table, values.tolist()) for table, values in recording.tables.items()]
    statements = ast.parse("\n".join([*writer.lines, f"return {result}"])).body
    return [*(line for text in lists for line in text), *function_lines(name, statements)]


def function_lines(name: str, statements: Sequence[ast.stmt]) -> list[str]:
    """The lines of a function of `step` with these statements, and before it those that it calls."""
    bound = Counter(_bound(statements))
    top = [one.targets[0] for one in statements if isinstance(one, ast.Assign)]
    once = {target.id for target in top if isinstance(target, ast.Name) and bound[target.id] == 1}
    several = [one for one in bound if one not in once]
    body = [f"let {', '.join(several)};"] if several else []
    body += _block(statements, once)
    lines = [f"function {name}(step) {{", *(INDENT + line for line in body), "}"]
    helpers = [text.splitlines() for helper, text in HELPERS.items() if any(f"{helper}(" in line for line in lines)]
    return [*(line for text in helpers for line in [*text, ""]), *lines]


def list_lines(name: str, values: Sequence[float]) -> list[str]:
    """The lines that define a list of numbers."""
    whole = f"const {name} = [{', '.join(map(_number, values))}];"
    if len(whole) <= LONGEST:
        return [whole]
    inside = textwrap.wrap(", ".join(map(_number, values)), LONGEST - len(INDENT), break_long_words=False)
    return [f"const {name} = [", *(INDENT + line for line in inside), "];"]


def _bound(statements: Sequence[ast.stmt]) -> list[str]:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _block(statements: Sequence[ast.stmt], once: set[str]) -> list[str]:
    lines: list[str] = []
    for statement in statements:
        match statement:
            case ast.Assign([ast.Name(name)], value):
                lines.append(f"{'const ' if name in once else ''}{name} = {_text(value)};")
            case ast.Return(ast.expr() as value):
                lines.append(f"return {_text(value)};")
            case ast.If(test, body, orelse):
                lines += [f"if ({_text(test)}) {{", *(INDENT + line for line in _block(body, once)), "}"]
                if orelse:
                    lines[-1] = "} else {"
                    lines += [*(INDENT + line for line in _block(orelse, once)), "}"]
            case _:
                raise TypeError(f"cannot write {type(statement).__name__} in JavaScript")
    return lines


def _text(node: ast.expr, level: int = TERNARY) -> str:
    text, own = _written(node)
    return f"({text})" if own < level else text


def _written(node: ast.expr) -> tuple[str, int]:  # noqa: C901  # a table of constructs
    """An expression, and how closely its outermost operator binds."""
    match node:
        case ast.Constant(int() | float() as value):
            return _number(value), UNARY if value < 0 else CALL
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return _number(-value), UNARY
        case ast.Name(name):
            return ("NaN" if name == "nan" else name), CALL
        case ast.Attribute(ast.Name("math"), "pi"):
            return "Math.PI", CALL
        case ast.UnaryOp(ast.USub(), operand):
            return f"-{_text(operand, POWER)}", UNARY
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            sign, level = OPERATORS[type(op)]
            return f"{_text(left, level)} {sign} {_text(right, level + 1)}", level
        case ast.BinOp(left, ast.Pow(), right):
            return f"{_text(left, CALL)} ** {_text(right, CALL)}", POWER
        case ast.BinOp(left, op, right) if type(op) in CALLED:
            return f"{CALLED[type(op)]}({_text(left)}, {_text(right)})", CALL
        case ast.Compare(left, [op], [right]) if type(op) in COMPARED:
            sign, level = COMPARED[type(op)]
            return f"{_text(left, level + 1)} {sign} {_text(right, level + 1)}", level
        case ast.IfExp(test, body, orelse):
            return f"{_text(test, EQUAL)} ? {_text(body, EQUAL)} : {_text(orelse)}", TERNARY
        case ast.Subscript(value, index):
            return f"{_text(value, CALL)}[{_text(index)}]", CALL
        case ast.Call(function, arguments):
            return f"{_function(function)}({', '.join(map(_text, arguments))})", CALL
    raise TypeError(f"cannot write {type(node).__name__} in JavaScript")


def _function(node: ast.expr) -> str:
    match node:
        case ast.Attribute(ast.Name("math"), name):
            return f"Math.{name}"
        case ast.Name("bisect_left" | "bisect_right" as name):
            return "bisectLeft" if name.endswith("left") else "bisectRight"
        case ast.Name(name) if name in FUNCTIONS:
            return FUNCTIONS[name]
    raise TypeError(f"cannot write {ast.unparse(node)} in JavaScript")


def _number(value: float) -> str:
    return repr(value).replace("inf", "Infinity").replace("nan", "NaN").removesuffix(".0")
