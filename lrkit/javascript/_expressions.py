"""Python expressions as JavaScript expressions.

In a formula, and in the functions that it calls, every value is a number: operators stay as they are. Elsewhere a value
may be an array or a schedule too, and operators become functions that look at it, unless it is known to be a number.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .._params import Field, fields_of
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS as CATALOGUE
from . import _library as library
from ._source import Source

if TYPE_CHECKING:
    from ._program import Program

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
FOLDED: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
NUMBERS = frozenset({"int", "float", "number", "bool"})
SCALARS = NUMBERS | {"str"}


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


class Expressions:
    """Writes the expressions of one function. `kinds` are the kinds of its local names, as far as they are known."""

    def __init__(self, source: Source, program: Program, native: bool) -> None:
        self.source = source
        self.program = program
        self.native = native
        self.kinds: dict[str, str] = {}
        self.functions: set[str] = set()  # local names that are functions

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

    def _result_is_bool(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Compare):
            return True
        plain = isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn))
        return plain or all(map(self._is_scalar, (node.left, *node.comparators)))

    def _folded(self, node: ast.expr) -> int | float | None:
        """The number that an expression of constants is."""
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return value
            case ast.UnaryOp(op=ast.USub() as op, operand=operand):
                parts = [self._folded(operand)]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in FOLDED:
                parts = [self._folded(left), self._folded(right)]
            case ast.Name() | ast.Attribute():
                found = self.source.stands_for(node)
                return found[0] if found and type(found[0]) in (int, float) else None
            case _:
                return None
        return None if None in parts else FOLDED[type(op)](*parts)

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
            return self.program.function(thing, self.native), CALL
        try:
            return literal(thing), CALL
        except TypeError:
            raise self.source.refuse(node, f"a name for {type(thing).__name__}") from None

    def _own_fields(self) -> dict[str, Field]:
        """The fields of the class whose method this is."""
        return fields_of(self.source.owner) if dataclasses.is_dataclass(self.source.owner) else {}

    def _is_self(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.source.owner is not None and node.id == self.source.parameters[0]

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

    # Calls --------------------------------------------------------------------------------------------------------

    def _argument(self, node: ast.expr) -> str:
        return f"...{self.text(node.value, OR)}" if isinstance(node, ast.Starred) else self.text(node)

    def arguments(self, call: ast.Call, names: Sequence[str], dropped: Sequence[str] = ()) -> list[str]:
        """The arguments in the order of the parameters `names`."""
        given = [node for name, node in zip((*names, *call.args), call.args, strict=False) if name not in dropped]
        texts = [self._argument(node) for node in given]
        named = {one.arg: one.value for one in call.keywords}
        if None in named or not set(named) <= set(names):
            raise self.source.refuse(call, "keyword argument")
        if named:
            last = max(names.index(str(name)) for name in named)
            left = [name for name in names[len(call.args) : last + 1] if name not in dropped]
            texts += [self.text(named[name]) if name in named else "undefined" for name in left]
        return texts

    def _call(self, node: ast.Call) -> Written:  # noqa: C901  # a table of calls
        match node.func:
            case ast.Attribute(value=ast.Name(id="xp"), attr=name) if self.native:
                return self._namespace(node, name)
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=[]), attr=name):
                return f"super.{name}({', '.join(map(self._argument, node.args))})", CALL
            case ast.Attribute(value=ast.Name(id="object"), attr="__setattr__"):
                owner, name, value = map(self.text, node.args)
                return f"{owner}[`$${{{name}}}`] = {value}", ARROW
            case ast.Name(id="isinstance"):
                return self._is_instance(*node.args), LESS
            case ast.Name(id="max" | "min" as name) if self.source.stands_for(node.func):
                return self._extreme(node, "largest" if name == "max" else "smallest"), CALL
            case ast.Name(id="any" | "all") if isinstance(node.args[0], ast.GeneratorExp):
                return f"{self.text(node.args[0])}.{'some' if node.func.id == 'any' else 'every'}(Boolean)", CALL
            case ast.Name(id="tuple" | "list") if node.args and isinstance(node.args[0], ast.GeneratorExp):
                return self.written(node.args[0])
        found = self.source.stands_for(node.func)
        if found is None:
            return self._of_object(node)
        thing, path = found
        if path in library.FUNCTIONS:
            keep = [one for one in node.args if not self._is_dtype(one)]
            texts = [self._argument(one) for one in keep]
            texts += [self.text(one.value) for one in node.keywords if one.arg not in ("strict", "dtype")]
            name = library.FUNCTIONS[path]
            if name == "asKind" and isinstance(kind := node.args[1], ast.Name):
                texts[1] = f'"{kind.id}"'
            return f"{self.use(name)}({', '.join(texts)})", CALL
        if isinstance(thing, type) and issubclass(thing, LearningRateSchedule):
            texts = self.arguments(node, list(fields_of(thing)))
            return f"new {self.program.schedule_class(thing)}({', '.join(texts)})", CALL
        if inspect.isfunction(thing):
            return self._of_function(node, thing), CALL
        raise self.source.refuse(node, "unknown function")

    def _is_dtype(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in library.DTYPES

    def _of_function(self, node: ast.Call, function: Any) -> str:
        name = self.program.function(function, self.native)
        names = list(inspect.signature(function).parameters)
        texts = self.arguments(node, names, dropped=("xp",) if self.native else ())
        if not self.native and function.__name__ not in CATALOGUE and self.program.refuses(function):
            exact = [self.kind(one) == "float" for one in node.args]  # so that a message writes 1.0, not 1
            marked = zip(texts, exact, strict=True)
            texts = [f"new {self.use('Float')}({text})" if is_float else text for text, is_float in marked]
        return f"{name}({', '.join(texts)})"

    def _namespace(self, node: ast.Call, name: str) -> Written:
        texts = [self.text(one) for one in node.args]
        if name == "where":
            test, one, other = node.args
            return f"{self.test(test, OR)} ? {self.text(one, OR)} : {self.text(other)}", ARROW
        if name == "searchsorted":
            side = [one.value for one in node.keywords if one.arg == "side"]
            right = bool(side) and isinstance(side[0], ast.Constant) and side[0].value == "right"
            return f"{self.use('bisectRight' if right else 'bisectLeft')}({', '.join(texts)})", CALL
        if name == "piecewise":
            step, milestones, parts = texts
            return f"{self.use('piecewise')}({milestones}, {parts})({step})", CALL
        if name not in library.NAMESPACE:
            raise self.source.refuse(node, "xp has no such function")
        return f"{self.use(library.NAMESPACE[name])}({', '.join(texts)})", CALL

    def _is_instance(self, thing: ast.expr, kind: ast.expr) -> str:
        found = self.source.stands_for(kind)
        text = self.text(thing, LESS)
        if found and found[0] is LearningRateSchedule:
            return f"{text} instanceof {self.use('Schedule')}"
        if found and isinstance(found[0], type) and issubclass(found[0], LearningRateSchedule):
            self.program.asked_for.add(name := self.program.schedule_class(found[0]))
            return f"{text} instanceof {name}"
        names = {"int": "isInteger", "float": "isFloat", "list": "Array.isArray", "tuple": "Array.isArray"}
        if isinstance(kind, ast.Name) and kind.id in names:
            return f"{self.use(names[kind.id])}({text})"
        raise self.source.refuse(kind, "isinstance of")

    def _extreme(self, node: ast.Call, name: str) -> str:
        """`max` and `min`: of their arguments, or of a list."""
        default = [self.text(one.value) for one in node.keywords if one.arg == "default"]
        if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            return f"{self.use(name)}({', '.join([self.text(node.args[0]), *default])})"
        return f"{self.use(name)}([{', '.join(map(self._argument, node.args))}])"

    def _of_object(self, node: ast.Call) -> Written:
        """A call of a local function, or of a method."""
        if not isinstance(node.func, ast.Attribute):
            texts = [self._argument(one) for one in node.args]
            callee = self.text(node.func, CALL)
            direct = self.native or (isinstance(node.func, ast.Name) and node.func.id in self.functions)
            if direct:
                return f"{callee}({', '.join(texts)})", CALL
            return f"{self.use('call')}({', '.join([callee, *texts])})", CALL
        owner, name = node.func.value, node.func.attr
        if name == "formula" and self.native:
            return f"{self.text(owner, CALL)}.at({self.text(node.args[0])})", CALL
        if self._is_self(owner) and name != "parts" and not hasattr(LearningRateSchedule, name):
            method = inspect.getattr_static(self.source.owner, name)
            self.program.method(self.source.owner, name)
            names = list(inspect.signature(method).parameters)[1:]
            texts = self.arguments(node, names, dropped=("xp",) if self.native else ())
            return f"this.{name}({', '.join(texts)})", CALL
        if name == "parts":
            return f"{self.text(owner, CALL)}.children()", CALL
        if name == "knots":
            return f"{self.text(owner, CALL)}.knotsBefore({self.text(node.args[0])})", CALL
        if inspect.isfunction(method := getattr(LearningRateSchedule, name, None)):
            self.program.method(LearningRateSchedule, name)
            texts = self.arguments(node, list(inspect.signature(method).parameters)[1:])
            return f"{self.text(owner, CALL)}.{name}({', '.join(texts)})", CALL
        return self._of_value(node, owner, name)

    def _of_value(self, node: ast.Call, owner: ast.expr, name: str) -> Written:
        """A method of an array, a list, a dict or a number."""
        texts = [self._argument(one) for one in node.args if not self._is_dtype(one)]
        if name == "setflags":
            return self.text(owner), CALL
        if name == "get":
            return f"{self.use('lookUp')}({', '.join([self.text(owner), *texts])})", CALL
        if name == "insert":
            return f"{self.text(owner, CALL)}.splice({texts[0]}, 0, {texts[1]})", CALL
        if name == "coerce_one":
            return f"{self.use('coerceOne')}({', '.join([texts[0], self.text(owner), *texts[1:]])})", CALL
        if name in library.SAME_METHODS:
            return f"{self.text(owner, CALL)}.{library.SAME_METHODS[name]}({', '.join(texts)})", CALL
        if name in library.METHODS:
            return f"{self.use(library.METHODS[name])}({self.text(owner)})", CALL
        raise self.source.refuse(node, "unknown method")

    # What is known of a value -------------------------------------------------------------------------------------

    def _is_scalar(self, node: ast.expr) -> bool:
        return self.native or self.kind(node) in SCALARS

    def kind(self, node: ast.expr) -> str:  # noqa: C901  # a table of constructs
        """``int``, ``float``, ``number`` (either), ``bool``, or an empty text for anything else."""
        if (number := self._folded(node)) is not None:
            return type(number).__name__
        match node:
            case ast.Constant(value=bool() | str() as value):
                return type(value).__name__
            case ast.Name(id=name):
                return self.kinds.get(name, "")
            case ast.Attribute(value=owner, attr=name):
                if self._is_self(owner):
                    return kind_of_field(self._own_fields().get(name))
                return "int" if name in ("size", "horizon") else ""
            case ast.UnaryOp(op=ast.Not()):
                return "bool"
            case ast.UnaryOp(operand=operand):
                return self.kind(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _of_arithmetic(op, {self.kind(left), self.kind(right)})
            case ast.Compare():
                return "bool" if self._result_is_bool(node) else ""
            case ast.BoolOp(values=values):
                return _joint({self.kind(value) for value in values})
            case ast.IfExp(body=body, orelse=other):
                return _joint({self.kind(body), self.kind(other)})
            case ast.Call(func=func, args=args):
                return self._kind_of_call(func, args)
        return ""

    def _kind_of_call(self, func: ast.expr, args: list[ast.expr]) -> str:
        found = self.source.stands_for(func)
        path = found[1] if found else ""
        if path in ("builtins.len", "builtins.int", "math.ceil", "math.floor"):
            return "int"
        if path == "builtins.float" or (path.startswith("math.") and path != "math.isfinite"):
            return "float"
        if path in ("builtins.isinstance", "builtins.any", "builtins.all", "math.isfinite"):
            return "bool"
        if path == "builtins.abs":
            return self.kind(args[0])
        if path in ("builtins.max", "builtins.min") and len(args) > 1:
            return _joint({self.kind(one) for one in args})
        if isinstance(func, ast.Attribute) and func.attr in ("is_integer", "any", "all"):
            return "bool"
        return ""


def kind_of_field(field: Field | None) -> str:
    """The kind of a declared value."""
    if field is None or field.many or field.is_schedule:
        return ""
    kind: str = field.kind.__name__
    return kind


def _joint(kinds: set[str]) -> str:
    """The kind of a value that has one of several."""
    if len(kinds) == 1:
        return kinds.pop()
    return "number" if kinds <= NUMBERS else ""


def _of_arithmetic(op: ast.operator, kinds: set[str]) -> str:
    if not kinds <= NUMBERS:
        return ""
    if "float" in kinds or isinstance(op, ast.Div):
        return "float"
    return "number" if "number" in kinds or isinstance(op, ast.Pow) else "int"
