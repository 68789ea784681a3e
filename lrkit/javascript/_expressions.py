"""Python expressions as JavaScript expressions.

In a formula, and in the functions that it calls, every value is a number: operators stay as they are. Elsewhere a value
may be an array or a schedule too, and operators become functions that look at it, unless it is known to be a number.
"""

from __future__ import annotations

import ast
import inspect
import json
from typing import Any

from .._params import Field
from ..schedules._base import LearningRateSchedule
from . import _library as library
from ._kinds import Kinds

ARROW, OR, AND, EQUAL, LESS, PLUS, TIMES, UNARY, CALL = range(1, 10)
Written = tuple[str, int]
"""An expression, and how closely its outermost operator binds."""
SIGNS: dict[type[ast.AST], tuple[str, int, str]] = {
    ast.Add: ("+", PLUS, "add"),
    ast.Sub: ("-", PLUS, "sub"),
    ast.Mult: ("*", TIMES, "mul"),
    ast.Div: ("/", TIMES, "div"),
}
CALLED: dict[type[ast.AST], tuple[str, str]] = {
    ast.FloorDiv: ("floordiv", "floorDivided"),
    ast.Mod: ("mod", "remainder"),
    ast.Pow: ("pow", "raised"),
}
"""Operators that are functions: of numbers in a formula, of anything elsewhere."""
COMPARED: dict[type[ast.AST], tuple[str, int, str]] = {
    ast.Lt: ("<", LESS, "lt"),
    ast.LtE: ("<=", LESS, "le"),
    ast.Gt: (">", LESS, "gt"),
    ast.GtE: (">=", LESS, "ge"),
    ast.Eq: ("===", EQUAL, "eq"),
    ast.NotEq: ("!==", EQUAL, "ne"),
}


def literal(value: Any) -> str:
    """A constant: a number, a text, or a list or dict of them."""
    if value is None:
        return "null"
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return repr(value).replace("inf", "Infinity").removesuffix(".0")
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return f"{{ {', '.join(f'{json.dumps(key)}: {literal(one)}' for key, one in value.items())} }}"
    raise TypeError


class Expressions(Kinds):
    """Writes the expressions of one function."""

    def text(self, node: ast.expr, level: int = ARROW) -> str:
        """An expression, in parentheses if its operator binds less closely than `level`."""
        text, own = self.written(node)
        return f"({text})" if own < level else text

    def use(self, name: str) -> str:
        """A name of the hand-written modules."""
        return self.program.use(name)

    # One construct ------------------------------------------------------------------------------------------------

    def written(self, node: ast.expr) -> Written:  # noqa: C901, PLR0912  # a table of constructs
        if (number := self._folded(node)) is not None:
            return literal(number), UNARY if number < 0 else CALL
        match node:
            case ast.Constant(value=bool() | str() | None as value):
                return literal(value), CALL
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!{self.test(operand, UNARY)}", UNARY
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                if self._is_scalar(operand):
                    return f"-{self.text(operand, CALL)}", UNARY
                return f"{self.use('neg')}({self.text(operand)})", CALL
            case ast.BinOp():
                return self._binary(node)
            case ast.BoolOp(op=op, values=values):
                level, sign = (AND, " && ") if isinstance(op, ast.And) else (OR, " || ")
                return sign.join(self.text(value, level + 1) for value in values), level
            case ast.Compare():
                return self._compared(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                return f"{self.test(test, OR)} ? {self.text(body, OR)} : {self.text(other)}", ARROW
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=value, slice=index):
                return self._item(value, index)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return f"[{', '.join(map(self._argument, items))}]", CALL
            case ast.Lambda(args=arguments, body=body):
                return f"({self.pattern(arguments)}) => {self.text(body)}", ARROW
            case ast.ListComp(elt=item, generators=[one]) | ast.GeneratorExp(elt=item, generators=[one]):
                return self._comprehension(item, one)
            case ast.JoinedStr(values=values):
                return f"`{''.join(map(self._piece, values))}`", CALL
        raise self.source.refuse(node)

    def test(self, node: ast.expr, level: int = ARROW) -> str:
        """An expression whose truth is asked for."""
        match node:
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                known = self._result_is_bool(node)
            case ast.BoolOp(op=op, values=values):
                own, sign = (AND, " && ") if isinstance(op, ast.And) else (OR, " || ")
                text = sign.join(self.test(value, own + 1) for value in values)
                return f"({text})" if own < level else text
            case _:
                known = self.kind(node) == "bool"
        return self.text(node, level) if known else f"{self.use('truth')}({self.text(node)})"

    def _name(self, node: ast.Name) -> Written:
        if node.id in self.source.locals:
            return ("this" if self._is_self(node) else library.local(node.id)), CALL
        found = self.source.stands_for(node)
        if found is None:
            raise self.source.refuse(node, "unknown name")
        thing, path = found
        if thing is NotImplemented:
            return "undefined", CALL
        if isinstance(thing, type) and issubclass(thing, LearningRateSchedule):
            return self.program.schedule_class(thing), CALL
        if isinstance(thing, Field):
            return self.program.field(node.id, thing), CALL
        if path in library.FUNCTIONS:
            return self.use(library.FUNCTIONS[path]), CALL
        if inspect.isfunction(thing):
            return self.program.function(thing, "native" if self.native else "generic"), CALL
        try:
            return literal(thing), CALL
        except TypeError:
            raise self.source.refuse(node, f"a name for {type(thing).__name__}") from None

    def _attribute(self, node: ast.Attribute) -> Written:
        match node:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="type"), args=[thing]), attr="__name__"):
                return f"{self.text(thing, CALL)}.kind", CALL
        if self._is_namespace(node.value):
            return self.use(library.NAMESPACE[node.attr]), CALL
        found = self.source.stands_for(node)
        if found and found[1] in library.FUNCTIONS:
            return self.use(library.FUNCTIONS[found[1]]), CALL
        owner = self.text(node.value, CALL)
        if self._is_self(node.value):
            if node.attr in self._own_fields():
                return f"this.${node.attr}", CALL
            if hasattr(self.source.owner, node.attr):
                self.program.method(self.source.owner, node.attr)
                return f"this.{node.attr}", CALL
        if node.attr == "size":
            return f"{owner}.length", CALL
        if node.attr == "horizon":
            return f"{owner}.horizon", CALL
        if node.attr in self.program.fields:
            return f"{owner}.${node.attr}", CALL
        raise self.source.refuse(node, "unknown attribute")

    def _is_namespace(self, node: ast.expr) -> bool:
        return self.native and isinstance(node, ast.Name) and node.id == "xp"

    def _binary(self, node: ast.BinOp) -> Written:
        scalar = self._is_scalar(node.left) and self._is_scalar(node.right)
        if sign := SIGNS.get(type(node.op)):
            text, level, name = sign
            if scalar:
                return f"{self.text(node.left, level)} {text} {self.text(node.right, level + 1)}", level
        elif names := CALLED.get(type(node.op)):
            name = names[0 if self.native or (scalar and not isinstance(node.op, ast.Pow)) else 1]
        else:
            raise self.source.refuse(node, f"operator {type(node.op).__name__}")
        return f"{self.use(name)}({self.text(node.left)}, {self.text(node.right)})", CALL

    def _compared(self, node: ast.Compare) -> Written:
        operands = [node.left, *node.comparators]
        pairs = [self._comparison(node, a, op, b) for a, op, b in zip(operands, node.ops, operands[1:], strict=False)]
        if len(pairs) == 1:
            return pairs[0]
        return " && ".join(f"({text})" if level < AND else text for text, level in pairs), AND

    def _comparison(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Written:
        match op:
            case ast.Is() | ast.IsNot():
                sign = "===" if isinstance(op, ast.Is) else "!=="
                match left:
                    case ast.Call(func=ast.Name(id="type"), args=[thing]):
                        one = f"{self.text(thing, CALL)}.constructor"
                    case _:
                        one = self.text(left, EQUAL)
                return f"{one} {sign} {self.text(right, LESS)}", EQUAL
            case ast.In() | ast.NotIn():
                text = f"{self.use('contains')}({self.text(left)}, {self.text(right)})"
                return (text, CALL) if isinstance(op, ast.In) else (f"!{text}", UNARY)
        if type(op) not in COMPARED:
            raise self.source.refuse(node)
        sign, level, name = COMPARED[type(op)]
        if self._is_scalar(left) and self._is_scalar(right):
            return f"{self.text(left, level)} {sign} {self.text(right, level + 1)}", level
        return f"{self.use(name)}({self.text(left)}, {self.text(right)})", CALL

    def _item(self, value: ast.expr, index: ast.expr) -> Written:
        owner = self.text(value, CALL)
        match index:
            case ast.Slice(lower=lower, upper=upper, step=None):
                start = "undefined" if lower is None else self.text(lower)
                ends = start if upper is None else f"{start}, {self.text(upper)}"
                return f"{self.use('part')}({self.text(value)}, {ends})", CALL
            case ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), ast.Constant(value=None)]):
                return f"{self.use('column')}({self.text(value)})", CALL
            case ast.Constant(value=int() as at):
                return f"{owner}[{at}]", CALL
        if (place := self._folded(index)) is not None:
            return f"{owner}.at({place})", CALL
        if self.native:
            return f"{owner}[{self.text(index)}]", CALL
        return f"{self.use('item')}({self.text(value)}, {self.text(index)})", CALL

    def _comprehension(self, item: ast.expr, one: ast.comprehension) -> Written:
        target, items = self.target(one.target), self.text(one.iter)
        for test in one.ifs:
            items = f"{self.use('toList')}({items}).filter({target} => {self.test(test)})"
        return f"{self.use('each')}({items}, {target} => {self._body(item)})", CALL

    def _body(self, node: ast.expr) -> str:
        """An expression that a function returns."""
        return self.text(node)

    def target(self, node: ast.expr) -> str:
        """What a loop or a comprehension binds, as the parameter of a function."""
        match node:
            case ast.Name(id=name):
                return library.local(name)
            case ast.Tuple(elts=items):
                return f"([{', '.join(self.target(item).removeprefix('(').removesuffix(')') for item in items)}])"
            case ast.Starred(value=ast.Name(id=name)):
                return f"...{library.local(name)}"
        raise self.source.refuse(node)

    def pattern(self, arguments: ast.arguments) -> str:
        """The parameters of a function inside the function."""
        if arguments.vararg or arguments.kwarg or arguments.defaults or arguments.kwonlyargs:
            raise self.source.refuse(arguments, "parameters of a function in a function")
        return ", ".join(library.local(one.arg) for one in arguments.args)

    def _piece(self, node: ast.expr) -> str:
        """A piece of an f-string."""
        match node:
            case ast.Constant(value=str() as text):
                return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                is_named = isinstance(value, (ast.Name, ast.Attribute))  # and may be None
                if self.kind(value) == "str" or (self.kind(value) == "int" and not is_named):
                    return f"${{{self.text(value)}}}"
                if self.kind(value) == "float":
                    return f"${{{self.use('floatText')}({self.text(value)})}}"
                text = self.text(value)
                return f"${{{text}}}" if text.endswith(".kind") else f"${{{self.use('text')}({text})}}"
            case ast.FormattedValue(value=value, conversion=114, format_spec=None):
                return f"${{{self.use('repr')}({self.text(value)})}}"
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=[ast.Constant(value="g")])):
                return f"${{{self.use('shortText')}({self.text(value)})}}"
        raise self.source.refuse(node)

    def _argument(self, node: ast.expr) -> str:
        return f"...{self.text(node.value, OR)}" if isinstance(node, ast.Starred) else self.text(node)

    def _call(self, node: ast.Call) -> Written:
        raise NotImplementedError
