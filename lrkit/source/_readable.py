"""Recorded code made readable: the same operations in fewer lines and names."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from math import inf
from string import ascii_lowercase


class Inliner(ast.NodeTransformer):
    """Writes a value that is used once in the place of its name, if it has up to `longest` characters."""

    def __init__(self, statements: list[ast.stmt], longest: int) -> None:
        names = [node for node in ast.walk(ast.Module(statements, [])) if isinstance(node, ast.Name)]
        self._uses = Counter(node.id for node in names if isinstance(node.ctx, ast.Load))
        self._writes = Counter(node.id for node in names if isinstance(node.ctx, ast.Store))
        self._waiting: dict[str, ast.expr] = {}
        self._longest = longest
        self.body = self._block(statements)

    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name that `ast` looks for
        return self._waiting.pop(node.id, node)

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        kept: list[ast.stmt] = []
        for statement in statements:
            match statement:
                case ast.Assign([ast.Name(name)], value):
                    statement.value = self.visit(value)
                    if self._uses[name] == 0:
                        continue
                    short = len(ast.unparse(statement.value)) <= self._longest
                    if short and self._uses[name] == 1 and self._writes[name] == 1:
                        self._waiting[name] = statement.value
                        continue
                case ast.If():
                    statement.test = self.visit(statement.test)
                    statement.body, statement.orelse = self._block(statement.body), self._block(statement.orelse)
                case ast.Return(ast.expr() as value):
                    statement.value = self.visit(value)
            kept.append(statement)
        return kept


def returned(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements, with a choice between values that are then returned as a choice between returns."""
    match body:
        case [*before, ast.If() as choice, ast.Return(ast.Name(name))]:
            return [*before, *_choices(choice, name)]
    return body


def _choices(choice: ast.If, name: str) -> list[ast.stmt]:
    first, second = (_leaf(block, name) for block in (choice.body, choice.orelse))
    return [ast.If(choice.test, first, []), *second]


def _leaf(block: list[ast.stmt], name: str) -> list[ast.stmt]:
    match block:
        case [*before, ast.Assign([ast.Name(inner)], value), ast.Assign([ast.Name(target)], ast.Name(same))] if (
            target == name and inner == same
        ):
            return [*before, ast.Return(value)]
        case [*before, ast.Assign([ast.Name(target)], value)] if target == name:
            return returned([*before, ast.Return(value)])
        case [*before, ast.If() as choice]:
            return [*before, *_choices(choice, name)]
    return block


class Neutral(ast.NodeTransformer):
    """Leaves out terms of 0, factors and powers of 1, bounds that do not apply, and conditions already known."""

    def __init__(self) -> None:
        self._below: dict[str, float] = {}
        self._low: dict[str, float] = {"step": 0.0}
        self._true: set[str] = set()

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, operator, right = node.left, node.op, node.right
        match operator:
            case ast.Add() if _is(left, 0):
                return right
            case ast.Add() | ast.Sub() if _is(right, 0):
                return left
            case ast.Mult() if _is(left, 1):
                return right
            case ast.Mult() | ast.Div() | ast.Pow() if _is(right, 1):
                return left
            case ast.Mult() if _is(left, -1):
                return ast.UnaryOp(ast.USub(), right)
        match operator, right:
            case ((ast.Add() | ast.Sub()), ast.Constant(int() | float() as value)) if value < 0:
                swapped = ast.Sub() if isinstance(operator, ast.Add) else ast.Add()
                return ast.BinOp(left, swapped, ast.Constant(-value))
            case ast.Add(), ast.BinOp(ast.Constant(int() | float() as value), ast.Mult(), rest) if value < 0:
                return ast.BinOp(left, ast.Sub(), ast.BinOp(ast.Constant(-value), ast.Mult(), rest))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Name("min"), [value, ast.Constant(int() | float() as bound)]):
                return value if self._below.get(ast.unparse(value), float("inf")) <= bound else node
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = ast.unparse(node.test)
        if test in self._true:
            answered: ast.expr = self.visit(node.body)
            return answered
        node.test, node.orelse = self.visit(node.test), self.visit(node.orelse)
        self._true.add(test)
        node.body = self.visit(node.body)
        self._true.discard(test)
        return node

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        node.test = self.visit(node.test)
        match node.test:
            case ast.Compare(ast.Name() as place, [ast.Lt()], [ast.Constant(int() | float() as bound)]):
                if bound <= self._low.get(place.id, -inf):
                    return self.block(node.orelse)
                known = self._below.get(place.id, float("inf"))
                if known <= bound:
                    return self.block(node.body)
                self._below[place.id] = bound
                node.body = self.block(node.body)
                self._below[place.id] = known
                low = self._low.get(place.id, -inf)
                self._low[place.id] = max(low, bound)
                node.orelse = self.block(node.orelse)
                self._low[place.id] = low
                return node
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        match node.targets:
            case [ast.Name(name)]:
                low = lowest(node.value, self._low)
                self._low[name] = min(low, self._low[name]) if name in self._low else low
        return node

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """The statements without what is left out."""
        found = [self.visit(statement) for statement in statements]
        return [one for item in found for one in (item if isinstance(item, list) else [item])]


def lowest(node: ast.expr, known: Mapping[str, float]) -> float:
    """What an expression is never below, as far as it is seen; `known` says so of names."""
    match node:
        case ast.Constant(int() | float() as value):
            return value
        case ast.Name(name):
            return known.get(name, -inf)
        case ast.BinOp(left, ast.Sub(), ast.Constant(int() | float() as value)):
            return lowest(left, known) - value
        case ast.BinOp(left, ast.Add(), right):
            return lowest(left, known) + lowest(right, known)
        case ast.BinOp(left, ast.Mult() | ast.Div() | ast.FloorDiv(), ast.Constant(int() | float() as value)):
            return 0.0 if value > 0 and lowest(left, known) >= 0 else -inf
        case ast.BinOp(_, ast.Mod(), ast.Constant(int() | float() as value)):
            return 0.0 if value > 0 else -inf
        case ast.Call(ast.Name("max"), [one, other]):
            return max(lowest(one, known), lowest(other, known))
        case ast.Call(ast.Name("min"), [one, other]) | ast.IfExp(_, one, other):
            return min(lowest(one, known), lowest(other, known))
    return -inf


def _is(node: ast.expr, number: int) -> bool:
    match node:
        case ast.Constant(int() | float() as value):
            return value == number
    return False


def in_letters(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements with the letters of the alphabet as names, in the order in which they are read."""
    letters: dict[str, str] = {}
    for statement in body:
        for node in _in_order(statement):
            if isinstance(node, ast.Name) and node.id.startswith("v") and node.id[1:].isdigit():
                k = len(letters)
                letters.setdefault(node.id, ascii_lowercase[k] if k < len(ascii_lowercase) else node.id)
                node.id = letters[node.id]
    return body


def _in_order(node: ast.AST) -> list[ast.AST]:
    return [node, *(inner for child in ast.iter_child_nodes(node) for inner in _in_order(child))]
