// A formula, called once on a symbol of the step: the tree of its operations, from which a text is printed. A number
// is an int of Python where it is whole and no Float. What engines round as they like is left to the printed text.
import { Float, PyError, add, bisectLeft, bisectRight, div, floordiv, isFloat, isNumber, mod, mul, plain, sub, truth } from "./python.js";
import { FIELDS, Schedule } from "./schedule.js";

const FEW = 8;
const LARGEST = 2 ** 53;

// An operation and its operands, which is `low` or more and less than `below`. Terms with one id have one text.
export class Term {
  constructor(id, name, args, low, below) {
    const isTame_ = !WILD.includes(name) && (name !== "div" || isNumber(args[1])) && args.every(isTame);
    Object.assign(this, { id, name, args, low, below, isTame: isTame_ });
  }
}

// The rate of a schedule: a Term, or a number if it is the same at every step.
export function traced(schedule) {
  if (schedule.isStill) throw new PyError("a curve whose formula has no JavaScript cannot be written as a function");
  const xp = namespace();
  return viewOf(schedule).formula(xp.step, xp);
}

// A schedule in whose fields a float is told from an int.
function viewOf(schedule) {
  const made = schedule.expand();
  const view = Object.create(made);
  for (const { name, type } of FIELDS[made.kind]) {
    const seen = x => (x instanceof Schedule ? viewOf(x) : type === "float" && Number.isInteger(x) ? new Float(x) : x);
    const value = made[`$${name}`];
    view[`$${name}`] = Array.isArray(value) ? value.map(seen) : seen(value);
  }
  return view;
}

// Operations whose result IEEE 754 fixes.
const EXACT = {
  add: (x, y) => x + y, sub: (x, y) => x - y, mul: (x, y) => x * y, div: (x, y) => x / y, neg: x => -x, abs: Math.abs,
  floor: Math.floor, ceil: Math.ceil, sqrt: Math.sqrt, floordiv, mod,
};
const COMPARED = {
  lt: (x, y) => x < y, le: (x, y) => x <= y, gt: (x, y) => x > y, ge: (x, y) => x >= y, eq: (x, y) => x === y, ne: (x, y) => x !== y,
};
const OF_ARRAYS = { add, sub, mul, div };
const is = (x, number) => isNumber(x) && plain(x) === number;
const isNegative = x => isNumber(x) && (plain(x) < 0 || Object.is(plain(x), -0));
const isTame = x => !(x instanceof Term) || x.isTame; // no infinity comes of it
const WILD = ["pow", "exp", "log"];
export const negated = x => (x instanceof Float ? new Float(-x.value) : -x);

// What is free of operations of no effect, as terms of 0 and factors of 1: the same bits.
const SIMPLER = {
  add: (x, y) => (is(x, 0) ? y : is(y, 0) ? x : null),
  sub: (x, y) => (is(y, 0) ? x : null),
  mul: (x, y) => (is(x, 1) ? y : is(y, 1) ? x : is(x, 0) && isTame(y) ? x : null),
  div: (x, y) => (is(y, 1) ? x : null),
  pow: (x, y) => (is(y, 1) || is(x, 1) ? x : null),
  minimum: (x, y) => (x.below <= plain(y) ? x : null),
  maximum: (x, y) => (x.low >= plain(y) ? x : null),
};

function namespace() {
  const ids = new Map();
  const idOf = x => (x instanceof Term ? x.id : isFloat(x) ? `${plain(x)}.` : String(x));
  const term = (name, args, low = -Infinity, below = Infinity) => {
    const key = `${name} ${args.map(idOf)}`;
    if (!ids.has(key)) ids.set(key, `t${ids.size}`);
    return new Term(ids.get(key), name, args, low, below);
  };
  const listed = list => term("list", ArrayBuffer.isView(list) ? Array.from(list, x => new Float(x)) : list);
  const isKnown = list => Array.from(list).every(isNumber);

  const xp = { step: term("step", [], 0), pi: Math.PI };
  for (const [name, f] of Object.entries(EXACT)) xp[name] = (...args) => operated(name, f, args);
  for (const name of ["pow", "exp", "log", "cos", "sin", "tanh"]) xp[name] = (...args) => operated(name, null, args);
  for (const [name, f] of Object.entries(COMPARED)) {
    xp[name] = (x, y) => (x instanceof Term || y instanceof Term ? (inParts(name, [x, y]) ?? term(name, [x, y])) : f(plain(x), plain(y)));
  }

  function operated(name, f, args) {
    if (!args.every(x => isNumber(x) || x instanceof Term)) return OF_ARRAYS[name](...args);
    const simpler = SIMPLER[name]?.(...args) ?? null;
    if (simpler !== null) return simpler;
    const parts = inParts(name, args);
    if (parts) return parts;
    if (f && args.every(isNumber)) {
      const result = f(...args.map(plain));
      const float = name === "div" || name === "sqrt" || (name !== "floor" && name !== "ceil" && args.some(isFloat));
      if (!Number.isNaN(result) && (float || Math.abs(result) <= LARGEST)) return float ? new Float(result) : result + 0;
    }
    const [x, y] = args;
    if (name === "mul" && is(x, -1)) return xp.neg(y);
    if (name === "add" && isNegative(y)) return xp.sub(x, negated(y));
    if (name === "sub" && isNegative(y)) return xp.add(x, negated(y));
    if (name === "add" && y.name === "mul" && isNegative(y.args[0])) return xp.sub(x, xp.mul(negated(y.args[0]), y.args[1]));
    return term(name, args, ...(x instanceof Term && (!y || isNumber(y)) ? boundsOf(name, x, plain(y)) : []));
  }

  // Where an operation with a number leads. A whole one that is taken from a larger changes no digit.
  function boundsOf(name, x, by) {
    if (name === "floor") return [Math.floor(x.low)];
    if (["mul", "div", "floordiv"].includes(name)) return by > 0 && x.low >= 0 ? [0] : [];
    if (name === "add") return [x.low + by];
    return name === "sub" ? [x.low - by, Number.isInteger(by) && by > 0 && x.low >= by ? x.below - by : Infinity] : [];
  }

  xp.minimum = (x, y) => bounded("minimum", x, y, (a, b) => a < b);
  xp.maximum = (x, y) => bounded("maximum", x, y, (a, b) => a > b);
  function bounded(name, x, y, isBefore) {
    if (isNumber(x) && isNumber(y)) return isBefore(plain(x), plain(y)) ? x : y;
    const simpler = isNumber(y) ? SIMPLER[name](x, y) : null;
    if (simpler !== null) return simpler;
    const parts = inParts(name, [x, y]);
    if (parts) return parts;
    return name === "minimum" && isNumber(y) ? term(name, [x, y], Math.min(x.low, plain(y)), x.below) : term(name, [x, y]);
  }

  const lowOf = x => (x instanceof Term ? x.low : plain(x));
  xp.where = (test, x, y) => {
    if (!(test instanceof Term)) return truth(test) ? x : y;
    return inParts("where", [test, x, y]) ?? term("where", [test, x, y], Math.min(lowOf(x), lowOf(y)));
  };
  xp.either = (test, one, other) => (test instanceof Term ? xp.where(test, one(), other()) : truth(test) ? one() : other());
  xp.truth = x => {
    if (x instanceof Term) throw new PyError("its formula branches on the step, and cannot be written as a function", "TypeError");
    return truth(x);
  };
  xp.searchsorted = (points, x, side = "left") => {
    if (!points.length) return 0;
    const name = side === "right" ? "bisectRight" : "bisectLeft";
    return isNumber(x) ? (side === "right" ? bisectRight : bisectLeft)(Array.from(points, plain), plain(x)) : term(name, [listed(points), x]);
  };
  xp.take = (table, index) => {
    const list = listed(table);
    if (isNumber(index)) return list.args[Math.trunc(plain(index))];
    if (isKnown(list.args) && list.args.every(x => plain(x) === plain(list.args[0]))) return list.args[0];
    if (index.name === "bisectRight" && list.args.length <= FEW) {
      const [points, place] = index.args;
      return xp.piecewise(place, points.args, list.args.map(x => () => x));
    }
    return term("take", [list, index]);
  };

  // The parts that are met, each called on the step within its bounds; neighbours that are one are one.
  xp.piecewise = (place, milestones, parts) => {
    const ends = [-Infinity, ...Array.from(milestones, plain), Infinity];
    if (isNumber(place)) return parts[bisectRight(ends.slice(1, -1), plain(place))](place);
    const found = [];
    parts.forEach((part, k) => {
      const [low, below] = [Math.max(ends[k], place.low), Math.min(ends[k + 1], place.below)];
      if (low >= below) return;
      found.push([part(new Term(place.id, place.name, place.args, low, below)), k ? milestones[k - 1] : null]);
    });
    return joined(place, found);
  };

  // A choice between parts, each with the milestone that it begins at; neighbours that are one are one.
  function joined(place, found) {
    const kept = found.filter(([part], k) => !k || idOf(part) !== idOf(found[k - 1][0]));
    const [parts, [, ...milestones]] = [kept.map(one => one[0]), kept.map(one => one[1])];
    return parts.length === 1 ? parts[0] : Object.assign(term("piecewise", [place, ...milestones, ...parts]), { milestones, parts });
  }

  // What is done with choices of one kind, and numbers, is done in each of their parts, where it may come to nothing.
  function inParts(name, args) {
    const choices = args.filter(x => x.name === "piecewise" && x.parts.length <= FEW);
    if (!choices.length || args.some(x => x instanceof Term && !choices.includes(x))) return null;
    const [first, ...others] = choices.map(x => `${x.args[0].id} ${x.milestones.map(idOf)}`);
    if (others.some(one => one !== first)) return null;
    const [{ args: [place], milestones, parts }] = choices;
    const done = k => xp[name](...args.map(x => (x instanceof Term ? x.parts[k] : x)));
    return joined(place, parts.map((_, k) => [done(k), k ? milestones[k - 1] : null]));
  }
  return xp;
}
