// Made by docs/generate.py from the formulas and functions of lrkit. Not to be edited.
import { Float, PyError, RandomState, absolute, accumulate, add, append, arange, array, bisectRight, ceil, ceils, choose, column, concatenate, counted, cumsum, div, each, enumerate, eq, floatText, floor, floorDivided, floordiv, floors, ge, growingCycles, gt, int, isFloat, isInteger, item, largest, le, len, linspace, log, lookUp, lt, maximum, minimum, mul, ne, neg, nonzero, numberOfCycles, ones, pairwise, part, piecewise, plain, plus, pow, raised, range, ravel, reduce, reduceat, repeat, shortText, smallest, some, sorted, sub, sum, take, text, times, toList, truncated, truth, unique, zip } from "./python.js";
import { Schedule, addMethods, asKind, call, coerceOne, define, expression, field, getattr, unlessQuick } from "./schedule.js";

const START = field("start_lr", "float", "", "", { low: 0 });
const f0 = field("min_lr", "float", "\\eta_{\\min}", "", { low: 0, typical: [0, 0.0001] });
const f1 = field("max_lr", "float", "\\eta_{\\max}", "", { low: 0, lowOpen: true, typical: [0.001, 1] });
const f2 = field("decay_steps", "int", "T", "step", { low: 1, high: 4503599627370496, typical: [1, 10000] });
const f3 = field("decay_steps", "int", "D", "step", { low: 1, typical: [1, 10000] });
const f4 = field("shape", "str", "g", "", { choices: ["linear", "cosine", "1-sqrt", "1-square", "power", "exponential"], default: "linear" });
const f5 = field("power", "float", "q", "", { low: 0, lowOpen: true, typical: [0.5, 3], default: 2 });
const f6 = field("ratio", "float", "\\rho", "", { low: 0, lowOpen: true, high: 1, highOpen: true, typical: [0.01, 0.5], default: 0.1 });
const f7 = field("start_lr", "float", "\\eta_0", "", { typical: [0, 1] });
const f8 = field("end_lr", "float", "\\eta_1", "", { typical: [0, 1] });
const f9 = field("decay_steps", "int", "T", "step", { low: 1, typical: [1, 100000] });
const f10 = field("period_steps", "int", "P", "step", { low: 1, typical: [101, 1000] });
const f11 = field("multiplier", "float", "m", "", { low: 1, typical: [1.25, 3], default: 1 });
const f12 = field("gamma", "float", "\\gamma", "", { low: 0, lowOpen: true, typical: [0.5, 1], default: 1 });
const f13 = field("warmup_steps", "int", "W", "step", { low: 0, typical: [0, 100], default: 0 });
const f14 = field("cycles", "int", "n", "", { low: 1, typical: [1, 10], optional: true, default: null });
const f15 = field("learning_rate", "float", "\\eta", "", { low: 0, typical: [0.0001, 1] });
const f16 = field("warmup_steps", "int", "W", "step", { low: 1, typical: [1, 10000] });
const f17 = field("start_lr", "float", "\\eta_0", "", { low: 0, typical: [0, 0.0001], default: 0 });
const f18 = field("min_lr", "float", "\\eta_{\\min}", "", { typical: [0, 0.0001] });
const f19 = field("max_lr", "float", "\\eta_{\\max}", "", { typical: [0.001, 1] });
const f20 = field("base_lr", "float", "\\eta_{\\text{base}}", "", { low: 0, typical: [0, 0.001] });
const f21 = field("max_lr", "float", "\\eta_{\\max}", "", { low: 0, typical: [0.01, 1] });
const f22 = field("up_steps", "int", "u", "step", { low: 1, typical: [1, 2000] });
const f23 = field("down_steps", "int", "d", "step", { low: 1, typical: [1, 2000], optional: true, default: null });
const f24 = field("mode", "str", "a", "", { choices: ["triangular", "triangular2", "exp_range"], default: "triangular" });
const f25 = field("gamma", "float", "\\gamma", "", { low: 0, lowOpen: true, typical: [0.9, 1], default: 1 });
const f26 = field("timescale", "float", "\\tau", "step", { low: 0, lowOpen: true, typical: [1, 10000] });
const f27 = field("flat_steps", "int", "F", "step", { low: 0, typical: [0, 10000] });
const f28 = field("decay_steps", "int", "T", "step", { low: 1, typical: [1, 10000] });
const f29 = field("max_lr", "float", "\\eta_{\\max}", "", { low: 0, lowOpen: true, typical: [0.0001, 1] });
const f30 = field("warmup_steps", "int", "W", "step", { low: 0, typical: [1, 10000] });
const f31 = field("timescale", "float", "\\tau", "step", { low: 0, lowOpen: true, typical: [1, 10000], optional: true, default: null });
const f32 = field("learning_rate", "float", "\\eta_0", "", { low: 0, lowOpen: true, typical: [0.0001, 1] });
const f33 = field("power", "float", "q", "", { low: 0, lowOpen: true, typical: [0.25, 2] });
const f34 = field("first", "str", "f", "", { choices: ["1/W", "1/(W+1)", "0 twice"], default: "1/W" });
const f35 = field("milestones", "int", "M_k", "step", { low: 0, typical: [0, 1000], many: true });
const f36 = field("gamma", "float", "\\gamma", "", { low: 0, lowOpen: true, typical: [0.1, 1], default: 0.1 });
const f37 = field("d_model", "int", "d", "", { low: 1, typical: [64, 4096] });
const f38 = field("hold_steps", "int", "H", "step", { low: 0, typical: [0, 10000], default: 0 });
const f39 = field("factor", "float", "f", "", { low: 0, lowOpen: true, typical: [0.1, 10], default: 1 });
const f40 = field("steps", "int", "n", "step", { low: 1, high: 16777216, typical: [1, 1000] });
const f41 = field("std", "float", "\\sigma", "", { low: 0, lowOpen: true, typical: [0.1, 1], default: 1 });
const f42 = field("limit", "float", "L", "", { low: 0, lowOpen: true, high: 1, typical: [0.1, 0.9], default: 0.67 });
const f43 = field("seed", "int", "", "", { low: 0, high: 4294967295, typical: [0, 1000], default: 0 });
const f44 = field("max_lr", "float", "\\eta_{\\max}", "", { low: 0, lowOpen: true, typical: [0.01, 10] });
const f45 = field("total_steps", "int", "T", "step", { low: 1, typical: [100, 100000] });
const f46 = field("pct_start", "float", "f", "", { low: 0, lowOpen: true, high: 1, typical: [0.1, 0.5], default: 0.3 });
const f47 = field("shape", "str", "", "", { choices: ["cosine", "linear"], default: "cosine" });
const f48 = field("three_phase", "bool", "", "", { default: false });
const f49 = field("start_lr", "float", "\\eta_0", "", { low: 0, typical: [0, 0.01], optional: true, default: null });
const f50 = field("end_lr", "float", "\\eta_1", "", { low: 0, typical: [0, 1e-05], optional: true, default: null });
const f51 = field("power", "float", "q", "", { low: 0, lowOpen: true, typical: [0.5, 3] });
const f52 = field("k", "float", "k", "", { low: 0, lowOpen: true, typical: [1, 5] });
const f53 = field("cut_frac", "float", "f", "", { low: 0, lowOpen: true, high: 1, typical: [0.05, 0.5], default: 0.1 });
const f54 = field("ratio", "float", "r", "", { low: 1, typical: [2, 100], default: 32 });
const f55 = field("gamma", "float", "\\gamma", "", { low: 0, lowOpen: true, typical: [0.1, 1] });
const f56 = field("warmup_steps", "int", "k", "step", { low: 1, typical: [1, 10000], default: 10000 });
const f57 = field("beta2", "float", "\\beta_2", "", { low: 0, high: 1, highOpen: true, typical: [0.9, 0.9999], default: 0.999 });
const f58 = field("shape", "str", "", "", { choices: ["linear", "exponential"], default: "linear" });
const f59 = field("stable_steps", "int", "S", "step", { low: 1, typical: [1, 100000] });
const f60 = field("min_lr", "float", "\\eta_{\\min}", "", { low: 0, typical: [0, 0.0001], default: 0 });
const f61 = field("stable_steps", "int", "S", "step", { low: 0, typical: [1, 100000] });
const f62 = field("warmup_steps", "int", "W", "step", { low: 0, typical: [1, 100] });
const f63 = field("period_steps", "int", "P_i", "step", { low: 1, typical: [200, 1000], minLength: 1, many: true });
const f64 = field("decay_steps", "int", "D", "step", { low: 1, typical: [1, 100] });
const f65 = field("learning_rate", "float", "\\eta", "", { typical: [0.0001, 1] });
const f66 = field("decay_rate", "float", "r", "", { low: 0, lowOpen: true, typical: [0.5, 1] });
const f67 = field("is_stair", "bool", "", "", { default: false });
const f68 = field("decay_rate", "float", "r", "", { low: 0, lowOpen: true, typical: [0.01, 2] });
const f69 = field("warmup_steps", "int", "W", "step", { low: 2, typical: [2, 10000] });
const f70 = field("decay_rate", "float", "r", "1/step", { low: 0, lowOpen: true, typical: [1e-05, 1] });
const f71 = field("milestones", "int", "M_k", "step", { low: 1, typical: [1, 100], minLength: 1, many: true });
const f72 = field("learning_rates", "float", "\\eta_k", "", { typical: [0.0001, 1], minLength: 1, many: true });
const f73 = field("milestones", "float", "M_k", "step", { typical: [0, 1000], minLength: 1, many: true });
const f74 = field("end_learning_rate", "float", "\\eta_1", "", { low: 0, typical: [0, 0.001] });
const f75 = field("update_decay_steps", "bool", "", "", { default: false });
const f76 = field("beta2", "float", "\\beta_2", "", { low: 0.8, high: 1, highOpen: true, typical: [0.9, 0.9999], default: 0.999 });
const f77 = field("rates", "float", "\\eta_k", "", { typical: [0.0001, 1], minLength: 1, many: true, packed: true });
const f78 = field("counts", "int", "n_k", "step", { low: 1, typical: [1, 100], minLength: 1, many: true, packed: true, optional: true, default: null });
const f79 = field("schedule", "schedule", "s", "");
const f80 = field("min_lr", "float", "\\eta_{\\min}", "", { typical: [0, 0.001], optional: true, default: null });
const f81 = field("max_lr", "float", "\\eta_{\\max}", "", { typical: [0.01, 1], optional: true, default: null });
const f82 = field("block_steps", "int", "k", "step", { low: 1, typical: [1, 1000] });
const f83 = field("factor", "float", "c", "", { low: 0, lowOpen: true, typical: [0.1, 10] });
const f84 = field("hold_steps", "int", "H", "step", { low: 0, typical: [0, 1000] });
const f85 = field("schedules", "schedule", "s_k", "", { minLength: 2, many: true });
const f86 = field("milestones", "int", "M_k", "step", { low: 0, typical: [0, 1000], minLength: 1, many: true });
const f87 = field("offset", "float", "b", "", { typical: [0, 0.1] });
const f88 = field("period_steps", "int", "P", "step", { low: 1, typical: [1, 1000] });
const f89 = field("factor", "float", "a", "", { typical: [0.1, 10] });
const f90 = field("shift_steps", "int", "k", "step", { typical: [-100, 100] });
const f91 = field("decay_steps", "int", "N", "step", { low: 1, typical: [1, 10000] });
const f92 = field("upper_steps", "int", "U", "step", { low: 1, typical: [10000, 100000] });
const f93 = field("d", "float", "d", "", { low: 0, high: 1, highOpen: true, typical: [0.1, 0.9], default: 0.5 });
const f94 = field("lower", "float", "L", "", { typical: [-9, 0], default: -6 });
const f95 = field("upper", "float", "U", "", { typical: [1, 9], default: 3 });
const f96 = field("min_lr", "float", "\\eta_{\\min}", "", { low: 0, lowOpen: true, typical: [1e-06, 0.0001] });
const half_cosine = (min_lr, max_lr, angle) => min_lr + 0.5 * (max_lr - min_lr) * (1 + Math.cos(angle));
const half_cosine_ = (min_lr, max_lr, angle, xp) => xp.add(min_lr, xp.mul(xp.mul(0.5, xp.sub(max_lr, min_lr)), xp.add(1, xp.cos(angle))));
const multiples = (period, stop) => {
  const number = -floordiv(-stop, period);
  return mul(period, arange(0, number, -floordiv(-number, 1000000)));
};
const _piece = (left, right, blend) => {
  const [[start, before], [stop, after]] = [left, right];
  if (start === stop) return (_) => after;
  return (t) => before + (after - before) * blend((t - start) / (stop - start));
};
const through_points = (schedule, blend) => {
  const milestones = each(schedule.$milestones, m => Number.isInteger(m) ? int(m) : m);
  const points = toList(zip(milestones, schedule.$learning_rates));
  const pieces = each(pairwise([points[0], ...points, points.at(-1)]), ends => _piece(...ends, blend));
  const c1 = piecewise(milestones, toList(pieces));
  return step => c1(step);
};
const require_finite_changes = (schedule) => {
  let place;
  for (const [k, [before, after]] of enumerate(pairwise(schedule.$learning_rates), 1)) {
    if (!isFinite(sub(after, before))) {
      place = `${schedule.kind}: learning_rates[${text(k)}]`;
      throw new PyError(`${text(place)} is too far from the one before: ${shortText(before)} and ${shortText(after)}`);
    }
  }
};
const _piece_ = (left, right, blend, xp) => {
  const [[start, before], [stop, after]] = [left, right];
  if (xp.truth(xp.eq(start, stop))) return (_) => after;
  return (t) => xp.add(before, xp.mul(xp.sub(after, before), blend(xp.div(xp.sub(t, start), xp.sub(stop, start)))));
};
const through_points_ = (schedule, blend, step, xp) => {
  const milestones = each(schedule.$milestones, m => Number.isInteger(plain(m)) ? int(m) : m);
  const points = toList(zip(milestones, schedule.$learning_rates));
  const pieces = each(pairwise([points[0], ...points, points.at(-1)]), ends => _piece_(...ends, blend, xp));
  return xp.piecewise(step, milestones, toList(pieces));
};
const langevin = (z) => {
  const square = z * z;
  return z / (3 + square / (5 + square / (7 + square / (9 + square / (11 + square / (13 + square / 15))))));
};
const langevin_ = (z, xp) => {
  const square = xp.mul(z, z);
  return xp.div(z, xp.add(3, xp.div(square, xp.add(5, xp.div(square, xp.add(7, xp.div(square, xp.add(9, xp.div(square, xp.add(11, xp.div(square, xp.add(13, xp.div(square, 15)))))))))))));
};
const _knots_inside = (curve, stop) => {
  const curves = curve._choice();
  if (!truth(curves)) return curve.knotsBefore(stop);
  return concatenate(each(curves, ([_, inner]) => _knots_inside(inner, stop)));
};
const _followed = (curve, step) => {
  let rates, numbers, count, others, theirs, more, beyond;
  const curves = curve._choice();
  if (!truth(curves)) return [call(curve, step), mul(0, step), 1];
  [rates, numbers, count] = _followed(curves[0][1], step);
  for (const [from_below, bound] of part(curves, 1)) {
    [others, theirs, more] = _followed(bound, step);
    beyond = truth(from_below) ? gt(others, rates) : lt(others, rates);
    rates = choose(beyond, others, rates);
    [numbers, count] = [choose(beyond, add(theirs, count), numbers), add(count, more)];
  }
  return [rates, numbers, count];
};
const _changes = unlessQuick((curve, knots, stop) => {
  let edges, more, low, high, before, after, middle, between, kept;
  edges = unique(concatenate([[0, stop], floors(knots), ceils(knots)]));
  more = linspace(0, stop, smallest([stop, 4096]) + 1);
  if (edges.length > 131072) {
    [edges, more] = [part(edges, undefined, 65536), part(edges, -65536)];
  }
  const grid = unique(truncated(concatenate([edges, more])));
  const numbers = _followed(curve, grid)[1];
  const turns = nonzero(ne(part(numbers, 1), part(numbers, undefined, -1)));
  [low, high, before, after] = [item(grid, turns), item(grid, add(turns, 1)), item(numbers, turns), item(numbers, add(turns, 1))];
  while (some(gt(sub(high, low), 1))) {
    middle = floorDivided(add(low, high), 2);
    between = _followed(curve, middle)[1];
    [low, high] = [concatenate([low, middle]), concatenate([middle, high])];
    [before, after] = [concatenate([before, between]), concatenate([between, after])];
    kept = nonzero(ne(before, after));
    [low, high, before, after] = [item(low, kept), item(high, kept), item(before, kept), item(after, kept)];
  }
  return concatenate([low, high]);
});
const knots_of_choice = (curve, stop) => {
  const knots = _knots_inside(curve, stop);
  return concatenate([knots, _changes(curve, knots, stop)]);
};
const _is_number = (value) => asKind(value, "float") !== null;
const require_order = (owner, low, low_value, high, high_value) => {
  if (!(low_value <= high_value)) throw new PyError(`${text(owner)}: ${text(low)} must be at most ${text(high)}, got ${text(low_value)} and ${text(high_value)}`);
};
const between = (low, high, wave) => {
  const scaled = high - low !== 1 ? new ScaleLR(wave, high - low) : wave;
  return truth(low) ? new OffsetLR(scaled, low) : scaled;
};
const chebyshev = expression("chebyshev", "The Chebyshev nodes between two rates, from the highest to the lowest: half a cosine, sampled between its steps.", [f0, f1, f2], (min_lr, max_lr, decay_steps) => {
  require_order("chebyshev", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  const odd_steps = new CosineDecayLR(0, 1, 2 * decay_steps).shift(-1).stretch(0.5);
  return between(min_lr, max_lr, odd_steps.hold(decay_steps - 1));
});
const linear = expression("linear", "A straight line from `start_lr` to `end_lr`, then flat.", [f7, f8, f9], (start_lr, end_lr, decay_steps) => new PiecewiseLinearLR([0, decay_steps], [start_lr, end_lr]));
const cooldown = expression("cooldown", "A factor from 1 down to 0, then 0: the last phase of a warm-up–stable–decay schedule.", [f3, f4, f5, f6], (decay_steps, shape, power, ratio) => {
  if (shape === "cosine") return new CosineDecayLR(0, 1, decay_steps);
  if (shape === "exponential") return between(ratio / (ratio - 1), 1, new ExponentialDecayLR(1, ratio, decay_steps).hold(decay_steps));
  const exponent = lookUp({ "linear": 1, "1-sqrt": 0.5, "1-square": 2 }, shape, power);
  const time = linear(0, 1, decay_steps);
  return between(1, 0, truth(eq(exponent, 1)) ? time : raised(time, exponent));
});
const _cycle = (rise, length) => truth(rise) ? new CosineDecayLR(0, 1, length - rise).warmup(rise) : new CosineDecayLR(0, 1, length);
const cosine_restarts = expression("cosine_restarts", "Half a cosine again and again, each `multiplier` times as long as the one before and `gamma` times as high.", [f0, f1, f10, f11, f12, f13, f14], (min_lr, max_lr, period_steps, multiplier, gamma, warmup_steps, cycles) => {
  let first;
  require_order("cosine_restarts", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  require_order("cosine_restarts", "warmup_steps", warmup_steps, "period_steps - 1", period_steps - 1);
  if (warmup_steps === 0 || multiplier === 1) {
    first = _cycle(warmup_steps, period_steps);
    return between(min_lr, max_lr, first.repeat(period_steps, cycles, multiplier, gamma));
  }
  const most = largest([1, smallest([1000, int(log(9007199254740992 / period_steps, multiplier))])]);
  if (cycles === null || cycles > most) throw new PyError(`cosine_restarts: cycles must be 1 to ${text(most)} with this warm-up and growth, got ${text(cycles)}`);
  const lengths = each(range(cycles), i => int(mul(period_steps, raised(multiplier, i))));
  const waves = each(enumerate(lengths), ([i, length]) => new ScaleLR(_cycle(warmup_steps, length), raised(gamma, i)));
  const wave = cycles > 1 ? new JoinLR(toList(waves), toList(accumulate(part(lengths, undefined, -1)))) : waves[0];
  return between(min_lr, max_lr, wave);
});
const cosine_warm_up = expression("cosine_warm_up", "Half a cosine from `start_lr` up to `learning_rate`, level at both ends, then flat.", [f15, f16, f17], (learning_rate, warmup_steps, start_lr) => new PiecewiseCosineLR([0, warmup_steps], [start_lr, learning_rate]));
const cosine_wave = expression("cosine_wave", "A cosine from `max_lr` down to `min_lr`, up again, and so on without end.", [f18, f19, f2], (min_lr, max_lr, decay_steps) => {
  const down = new CosineDecayLR(0, 1, decay_steps);
  return between(min_lr, max_lr, down.then(sub(1, down), decay_steps).repeat(2 * decay_steps));
});
const cyclic = expression("cyclic", "Straight up from `base_lr` to `max_lr` and straight down again, in cycles that may shrink.", [f20, f21, f22, f23, f24, f25], (base_lr, max_lr, up_steps, down_steps, mode, gamma) => {
  let wave;
  const cycle = up_steps + (down_steps || up_steps);
  const triangle = new PiecewiseLinearLR([0, up_steps, cycle], [0, 1, 0]);
  wave = triangle.repeat(cycle, undefined, undefined, mode === "triangular2" ? 0.5 : 1);
  if (mode === "exp_range") {
    wave = new ProductLR([wave, new ExponentialDecayLR(1, gamma, 1)]);
  }
  return between(base_lr, max_lr, wave);
});
const exponential_warm_up = expression("exponential_warm_up", "A rise that slows down as it nears `learning_rate`, and never quite ends.", [f15, f26], (learning_rate, timescale) => between(learning_rate, 0, new NaturalExpDecayLR(1, 1 / timescale, 1).shift(-1)));
const flat_cosine = expression("flat_cosine", "Level at `max_lr` for most of a run, then half a cosine down to `min_lr`.", [f0, f1, f27, f28], (min_lr, max_lr, flat_steps, decay_steps) => {
  require_order("flat_cosine", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  return between(min_lr, max_lr, new ConstantLR(1).then(new CosineDecayLR(0, 1, decay_steps), flat_steps));
});
const half_cosine__ = expression("half_cosine", "The second half of a cosine decay: from half way between two rates down to the lower, steep at once.", [f0, f1, f2], (min_lr, max_lr, decay_steps) => {
  require_order("half_cosine", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  return between(min_lr, max_lr, new CosineDecayLR(0, 1, 2 * decay_steps).shift(-decay_steps));
});
const power_law = expression("power_law", "A power of the time: steep at first, then ever slower, and never 0.", [f32, f33, f26], (learning_rate, power, timescale) => between(0, learning_rate, raised(new InverseDecayLR(1, 1 / timescale, 1), power)));
const inverse_sqrt = expression("inverse_sqrt", "Up in a line from 0, then down with the inverse square root of the time.", [f29, f30, f31], (max_lr, warmup_steps, timescale) => {
  const fall = power_law(max_lr, 0.5, timescale === null ? warmup_steps || 10000 : timescale);
  return truth(warmup_steps) ? new WarmUpLR(max_lr, warmup_steps).then(fall, warmup_steps) : fall;
});
const linear_warm_up = expression("linear_warm_up", "A straight rise to `learning_rate`, then flat: in one of the ways in which training code begins it.", [f15, f16, f34], (learning_rate, warmup_steps, first) => {
  if (first === "0 twice") return new WarmUpLR(learning_rate, warmup_steps).shift(1);
  const last = warmup_steps - (first === "1/W");
  if (!truth(last)) return new PiecewiseLinearLR([0, 1], [learning_rate, learning_rate]);
  return new PiecewiseLinearLR([0, last], [learning_rate / (last + 1), learning_rate]);
});
const multi_step = expression("multi_step", "Stairs at given steps: the rate times `gamma` at each of the `milestones`.", [f32, f35, f36], (learning_rate, milestones, gamma) => {
  let stairs;
  try {
    stairs = each(range(len(milestones) + 1), k => new ConstantLR(mul(learning_rate, raised(gamma, k))));
  } catch (error) {
    if (error.type !== "OverflowError") throw error;
    throw new PyError(`multi_step: gamma**${len(milestones)} must be a float, got gamma=${floatText(gamma)}`);
  }
  return truth(milestones) ? new JoinLR(stairs, toList(sorted(milestones))) : stairs[0];
});
const noam = expression("noam", "Up in a line, then down with the inverse square root of the step: as high as the width of the model allows.", [f37, f16, f38, f39], (d_model, warmup_steps, hold_steps, factor) => {
  const peak = factor / Math.sqrt(d_model * warmup_steps);
  const fall = power_law(peak, 0.5, warmup_steps);
  const rest = truth(hold_steps) ? new ConstantLR(peak).then(fall, hold_steps) : fall;
  return new WarmUpLR(peak, warmup_steps).then(rest, warmup_steps);
});
const noise = expression("noise", "Factors around 1, drawn at random from a seed: ``s * noise(1000)`` is a noisy `s`.", [f40, f41, f42, f43], (steps, std, limit, seed) => {
  let kept, drawn;
  require_order("noise", "std", new Float(std), "10 * limit", new Float(10 * limit));
  const stream = new RandomState(seed);
  kept = ones(0);
  while (kept.length < steps) {
    drawn = mul(std, stream.standard_normal(2 * steps));
    kept = concatenate([kept, item(drawn, le(absolute(drawn), limit))]);
  }
  return new TableLR(add(1, part(kept, undefined, steps)));
});
const one_cycle = expression("one_cycle", "Up to `max_lr` in the first part of a run, and down for the rest, to far below where it began.", [f44, f45, f46, f47, f48, f49, f50], (max_lr, total_steps, pct_start, shape, three_phase, start_lr, end_lr) => {
  const start = start_lr === null ? max_lr / 25 : start_lr;
  const end = end_lr === null ? start / 10000 : end_lr;
  require_order("one_cycle", "start_lr", new Float(start), "max_lr", new Float(max_lr));
  require_order("one_cycle", "end_lr", new Float(end), "max_lr", new Float(max_lr));
  const peak = plain(pct_start * total_steps) - 1;
  const points = [[0, start], [peak, max_lr], [total_steps - 1, end]];
  if (three_phase) {
    require_order("one_cycle", "2 * pct_start * total_steps - 1", new Float(2 * peak + 1), "total_steps", total_steps);
    points.splice(2, 0, [2 * peak, start]);
  }
  if (pct_start === 1) points.pop();
  const [milestones, rates] = zip(...(peak < 0 ? part(points, -2) : points));
  return call((shape === "cosine" ? PiecewiseCosineLR : PiecewiseLinearLR), milestones, rates);
});
const polynomial_k_decay = expression("polynomial_k_decay", "A polynomial of a power of the time: high for longer, then down more steeply, for :math:`k` above 1.", [f0, f1, f9, f51, f52], (min_lr, max_lr, decay_steps, power, k) => {
  require_order("polynomial_k_decay", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  const left = cooldown(decay_steps, "power", k);
  return between(min_lr, max_lr, power === 1 ? left : raised(left, power));
});
const power_warm_up = expression("power_warm_up", "A power of the time, from 0 up to `learning_rate`, then flat.", [f15, f16, f51], (learning_rate, warmup_steps, power) => between(0, learning_rate, raised(new WarmUpLR(1, warmup_steps), power)));
const slanted_triangular = expression("slanted_triangular", "A triangle: up in a line for a tenth of the run, down in a line for the rest.", [f1, f45, f53, f54], (max_lr, total_steps, cut_frac, ratio) => {
  const cut = int(total_steps * cut_frac);
  const low = max_lr / ratio;
  if (cut === total_steps) return new PiecewiseLinearLR([0, cut], [low, max_lr]);
  return new PiecewiseLinearLR([0, cut, total_steps], [low, max_lr, low]);
});
const sqrt_annealing = expression("sqrt_annealing", "The square root of the time left, steepest at the end, cut off at `min_lr`.", [f0, f1, f28], (min_lr, max_lr, decay_steps) => {
  require_order("sqrt_annealing", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  return new PolynomialDecayLR(max_lr, 0, decay_steps, 0.5).clip(min_lr);
});
const square_annealing = expression("square_annealing", "The square of the time left, ever flatter, cut off at `min_lr`.", [f0, f1, f28], (min_lr, max_lr, decay_steps) => {
  require_order("square_annealing", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  return new PolynomialDecayLR(max_lr, 0, decay_steps, 2).clip(min_lr);
});
const step_decay = expression("step_decay", "Stairs: the rate times `gamma` every `decay_steps` steps.", [f32, f55, f28], (learning_rate, gamma, decay_steps) => new ExponentialDecayLR(learning_rate, gamma, decay_steps, true));
const t5 = expression("t5", "Level, then down with the inverse square root of the step.", [f56, f39], (warmup_steps, factor) => power_law(factor / Math.sqrt(warmup_steps), 0.5, warmup_steps).shift(warmup_steps));
const untuned_warm_up = expression("untuned_warm_up", "A warm-up whose length follows from Adam's :math:`\\beta_2`, with nothing to tune.", [f15, f57, f58], (learning_rate, beta2, shape) => {
  if (shape === "exponential") return exponential_warm_up(learning_rate, 1 / (1 - beta2));
  return new PiecewiseLinearLR([0, 2 / (1 - beta2)], [0, learning_rate]).shift(-1);
});
const virtual_last_step = expression("virtual_last_step", "A trapezium in which no update is without a rate: it begins at 1/W, and ends at a step after the last update.", [f1, f16, f59, f3, f60, f4, f5, f6], (max_lr, warmup_steps, stable_steps, decay_steps, min_lr, shape, power, ratio) => {
  require_order("virtual_last_step", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  const tail = between(min_lr, max_lr, cooldown(decay_steps, shape, power, ratio));
  const risen = linear_warm_up(max_lr, warmup_steps).then(new ConstantLR(max_lr), warmup_steps);
  return risen.then(tail, warmup_steps + stable_steps);
});
const warmup_stable_decay = expression("warmup_stable_decay", "A trapezium: up in a line from 0, level for most of the run, then down in a shape of your choice.", [f1, f30, f61, f3, f60, f4, f5, f6], (max_lr, warmup_steps, stable_steps, decay_steps, min_lr, shape, power, ratio) => {
  require_order("warmup_stable_decay", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  const tail = between(min_lr, max_lr, cooldown(decay_steps, shape, power, ratio));
  if (!truth(stable_steps)) return truth(warmup_steps) ? tail.warmup(warmup_steps) : tail;
  const stable = new ConstantLR(max_lr);
  const risen = truth(warmup_steps) ? stable.warmup(warmup_steps) : stable;
  return risen.then(tail, warmup_steps + stable_steps);
});
const wsd_s = expression("wsd_s", "`warmup_stable_decay` several times over: after each decay the rate is back at its peak at once.", [f1, f62, f63, f64, f60, f4], (max_lr, warmup_steps, period_steps, decay_steps, min_lr, shape) => {
  require_order("wsd_s", "min_lr", new Float(min_lr), "max_lr", new Float(max_lr));
  require_order("wsd_s", "warmup_steps + decay_steps", warmup_steps + decay_steps, "period_steps[0]", period_steps[0]);
  for (const [k, period] of enumerate(period_steps)) {
    require_order("wsd_s", "decay_steps", decay_steps, `period_steps[${text(k)}]`, period);
  }
  const warmups = [warmup_steps, ...each(part(period_steps, 1), _ => 0)];
  const [first, ...others] = each(zip(warmups, period_steps), ([warmup, period]) => warmup_stable_decay(max_lr, warmup, sub(sub(period, warmup), decay_steps), decay_steps, min_lr, shape));
  const resets = each(accumulate(part(period_steps, undefined, -1)), end => add(end, 1));
  return truth(others) ? new JoinLR([first, ...each(others, other => other.shift(-1))], toList(resets)) : first;
});
addMethods({
  _require_below(low, high) {
    const [one, other] = [getattr(this, low), getattr(this, high)];
    if (!truth(lt(one, other))) throw new PyError(`${this.kind}: ${text(low)} must be below ${text(high)}, got ${text(one)} and ${text(other)}`);
  },
  _require_same_length(one, other) {
    const [first, second] = [len(getattr(this, one)), len(getattr(this, other))];
    if (first !== second) throw new PyError(`${this.kind}: ${text(one)} and ${text(other)} must have the same length, got ${text(first)} and ${text(second)}`);
  },
  _require_ascending(name) {
    let least, got;
    for (const [k, [before, after]] of enumerate(pairwise(getattr(this, name)), 1)) {
      if (truth(lt(after, before))) {
        [least, got] = each([before, after], v => isFloat(v) ? `${shortText(v)}` : text(v));
        throw new PyError(`${this.kind}: ${text(name)}[${text(k)}] must be >= ${text(least)}, got ${text(got)}`);
      }
    }
  },
  _choice() { return []; },
  __add__(other) {
    if (other instanceof Schedule) return new SumLR([...(this.constructor === SumLR ? this.$schedules : [this]), other]);
    return truth(_is_number(other)) ? new OffsetLR(this, other) : undefined;
  },
  __radd__(other) {
    if (other instanceof Schedule) return new SumLR([...(this.constructor === SumLR ? this.$schedules : [this]), other]);
    return truth(_is_number(other)) ? new OffsetLR(this, other) : undefined;
  },
  __mul__(other) {
    if (other instanceof Schedule) return new ProductLR([...(this.constructor === ProductLR ? this.$schedules : [this]), other]);
    return truth(_is_number(other)) ? new ScaleLR(this, other) : undefined;
  },
  __rmul__(other) {
    if (other instanceof Schedule) return new ProductLR([...(this.constructor === ProductLR ? this.$schedules : [this]), other]);
    return truth(_is_number(other)) ? new ScaleLR(this, other) : undefined;
  },
  __neg__() { return mul(this, -1); },
  __sub__(other) { return other instanceof Schedule || truth(_is_number(other)) ? add(this, neg(other)) : undefined; },
  __rsub__(other) { return truth(_is_number(other)) ? add(neg(this), other) : undefined; },
  __truediv__(other) {
    if (!truth(_is_number(other))) return undefined;
    if (truth(eq(other, 0))) throw new PyError(`${this.kind}: a schedule divided by 0`, "ZeroDivisionError");
    return mul(this, div(1, other));
  },
  __pow__(power) { return truth(_is_number(power)) ? new PowerLR(this, power) : undefined; },
  then(schedule, milestone) {
    if (this.constructor === JoinLR && isInteger(milestone) && truth(ge(milestone, this.$milestones.at(-1)))) return new JoinLR([...this.$schedules, schedule], [...this.$milestones, milestone]);
    return new JoinLR([this, schedule], [milestone]);
  },
  warmup(warmup_steps, start_lr = 0) {
    let peak;
    if (truth(eq(asKind(warmup_steps, "int"), 0))) return this;
    [peak, start_lr] = [this._first_rate(), coerceOne(`${this.kind}.warmup`, START, "start_lr", start_lr)];
    if (truth(eq(start_lr, 0))) return new WarmUpLR(peak, warmup_steps).then(this, warmup_steps);
    return new PiecewiseLinearLR([0, warmup_steps], [start_lr, peak]).then(this, warmup_steps);
  },
  clip(min_lr = null, max_lr = null) { return new ClipLR(this, min_lr, max_lr); },
  shift(shift_steps) { return new ShiftLR(this, shift_steps); },
  stretch(factor) { return new StretchLR(this, factor); },
  repeat(period_steps, cycles = null, multiplier = 1, gamma = 1) { return new RepeatLR(this, period_steps, cycles, multiplier, gamma); },
  hold(hold_steps) { return new HoldLR(this, hold_steps); },
  every(block_steps) { return new EveryLR(this, block_steps); },
  minimum(...others) { return new MinimumLR([this, ...others]); },
  maximum(...others) { return new MaximumLR([this, ...others]); },
  _knots(stop) { return concatenate([[], ...each(this.children(), part_ => part_.knotsBefore(stop))]); },
  _horizon() { return largest(each(this.children(), part_ => part_.horizon), 100); },
});
class ConstantLR extends Schedule {
  _rate() { return step => this.$learning_rate; }
  formula(step, xp) { return this.$learning_rate; }
}
define(ConstantLR, "ConstantLR", [f65], "constant");
class DecayToMinimum extends Schedule {
  _check() { this._require_below("min_lr", "max_lr"); }
  _knots(stop) { return [this.$decay_steps]; }
  _horizon() { return this.$decay_steps; }
}
class ExponentialDecayLR extends Schedule {
  _rate() {
    return step => {
      const p = this.$is_stair ? floordiv(step, this.$decay_steps) : step / this.$decay_steps;
      return this.$learning_rate * pow(this.$decay_rate, p);
    };
  }
  _knots(stop) { return this.$is_stair ? multiples(this.$decay_steps, stop) : []; }
  _horizon() {
    const factors = this.$decay_rate < 0.9999 ? log(0.01) / log(this.$decay_rate) : 10;
    return ceil(largest([factors, 4]) * this.$decay_steps);
  }
  formula(step, xp) {
    const p = this.$is_stair ? xp.floordiv(step, this.$decay_steps) : xp.div(step, this.$decay_steps);
    return xp.mul(this.$learning_rate, xp.pow(this.$decay_rate, p));
  }
}
define(ExponentialDecayLR, "ExponentialDecayLR", [f32, f66, f28, f67], "exponential_decay");
class InverseDecayLR extends Schedule {
  _rate() {
    if (this.$is_stair) {
      return step => this.$learning_rate / (1 + this.$decay_rate * floordiv(step, this.$decay_steps));
    }
    return step => this.$learning_rate / (1 + this.$decay_rate * step / this.$decay_steps);
  }
  _knots(stop) { return this.$is_stair ? multiples(this.$decay_steps, stop) : []; }
  _horizon() { return ceil(largest([4, smallest([9 / this.$decay_rate, 1000000])]) * this.$decay_steps); }
  formula(step, xp) {
    if (this.$is_stair) return xp.div(this.$learning_rate, xp.add(1, xp.mul(this.$decay_rate, xp.floordiv(step, this.$decay_steps))));
    return xp.div(this.$learning_rate, xp.add(1, xp.div(xp.mul(this.$decay_rate, step), this.$decay_steps)));
  }
}
define(InverseDecayLR, "InverseDecayLR", [f32, f68, f28, f67], "inverse_decay");
class LogWarmUpLR extends Schedule {
  _rate() {
    const c1 = this.$warmup_steps - 1;
    const c2 = log(this.$warmup_steps);
    return step => {
      const t = minimum(step, c1);
      return this.$learning_rate * Math.log(1 + t) / c2;
    };
  }
  _knots(stop) { return [this.$warmup_steps - 1]; }
  _horizon() { return 2 * this.$warmup_steps; }
  formula(step, xp) {
    const t = xp.minimum(step, xp.sub(this.$warmup_steps, 1));
    return xp.div(xp.mul(this.$learning_rate, xp.log(xp.add(new Float(1), t))), xp.log(this.$warmup_steps));
  }
}
define(LogWarmUpLR, "LogWarmUpLR", [f15, f69], "log_warm_up");
class NaturalExpDecayLR extends Schedule {
  _rate() {
    const c1 = -this.$decay_rate;
    return step => {
      const x = this.$is_stair ? floordiv(step, this.$decay_steps) * this.$decay_steps : step;
      return this.$learning_rate * pow(2.718281828459045, c1 * x);
    };
  }
  _knots(stop) { return this.$is_stair ? multiples(this.$decay_steps, stop) : []; }
  _horizon() {
    const stairs = this.$is_stair ? 4 * this.$decay_steps : 1;
    return largest([stairs, ceil(smallest([-log(0.01) / this.$decay_rate, 1000000000]))]);
  }
  formula(step, xp) {
    const x = this.$is_stair ? xp.mul(xp.floordiv(step, this.$decay_steps), this.$decay_steps) : step;
    return xp.mul(this.$learning_rate, xp.pow(2.718281828459045, xp.mul(xp.neg(this.$decay_rate), x)));
  }
}
define(NaturalExpDecayLR, "NaturalExpDecayLR", [f32, f70, f28, f67], "natural_exp_decay");
class PiecewiseConstantLR extends Schedule {
  _rate() {
    const c1 = part(this.$milestones, undefined, -1);
    return step => take(this.$learning_rates, bisectRight(c1, step));
  }
  _check() {
    this._require_same_length("milestones", "learning_rates");
    this._require_ascending("milestones");
  }
  _knots(stop) { return part(this.$milestones, undefined, -1); }
  _horizon() { return this.$milestones.at(-1); }
  formula(step, xp) { return xp.take(this.$learning_rates, xp.searchsorted(part(this.$milestones, undefined, -1), step, "right")); }
}
define(PiecewiseConstantLR, "PiecewiseConstantLR", [f71, f72], "piecewise_constant");
class PiecewiseCosineLR extends Schedule {
  _rate() {
    const c1 = through_points(this, (p) => 0.5 * (1 - Math.cos(3.141592653589793 * p)));
    return step => c1(step);
  }
  _check() {
    this._require_same_length("milestones", "learning_rates");
    this._require_ascending("milestones");
    require_finite_changes(this);
  }
  _knots(stop) { return this.$milestones; }
  _horizon() { return ceil(this.$milestones.at(-1)); }
  formula(step, xp) { return through_points_(this, (p) => xp.mul(0.5, xp.sub(1, xp.cos(xp.mul(3.141592653589793, p)))), step, xp); }
}
define(PiecewiseCosineLR, "PiecewiseCosineLR", [f73, f72], "piecewise_cosine");
class PiecewiseLinearLR extends Schedule {
  _rate() {
    const c1 = through_points(this, (p) => p);
    return step => c1(step);
  }
  _check() {
    this._require_same_length("milestones", "learning_rates");
    this._require_ascending("milestones");
    require_finite_changes(this);
  }
  _knots(stop) { return this.$milestones; }
  _horizon() { return ceil(this.$milestones.at(-1)); }
  formula(step, xp) { return through_points_(this, (p) => p, step, xp); }
}
define(PiecewiseLinearLR, "PiecewiseLinearLR", [f73, f72], "piecewise_linear");
class PolynomialDecayLR extends Schedule {
  _rate() {
    if (this.$update_decay_steps) {
      return step => this._decay(step, this.$decay_steps * maximum(-floordiv(-step, this.$decay_steps), 1));
    }
    const parts_ = [(t) => this._decay(t, this.$decay_steps), (_) => this.$end_learning_rate];
    const c1 = piecewise([this.$decay_steps], parts_);
    return step => c1(step);
  }
  _decay(step, horizon) {
    const drop = this.$learning_rate - this.$end_learning_rate;
    return drop * pow(1 - step / horizon, this.$power) + this.$end_learning_rate;
  }
  _knots(stop) { return this.$update_decay_steps ? multiples(this.$decay_steps, stop) : [this.$decay_steps]; }
  _horizon() { return this.$decay_steps * (this.$update_decay_steps ? 4 : 1); }
  formula(step, xp) {
    if (this.$update_decay_steps) return this._decay_xp(step, xp.mul(this.$decay_steps, xp.maximum(xp.neg(xp.floordiv(xp.neg(step), this.$decay_steps)), 1)), xp);
    const parts_ = [(t) => this._decay_xp(t, this.$decay_steps, xp), (_) => this.$end_learning_rate];
    return xp.piecewise(step, [this.$decay_steps], parts_);
  }
  _decay_xp(step, horizon, xp) {
    const drop = xp.sub(this.$learning_rate, this.$end_learning_rate);
    return xp.add(xp.mul(drop, xp.pow(xp.sub(1, xp.div(step, horizon)), this.$power)), this.$end_learning_rate);
  }
}
define(PolynomialDecayLR, "PolynomialDecayLR", [f32, f74, f9, f51, f75], "polynomial_decay");
class RAdamWarmUpLR extends Schedule {
  _rate() {
    const c1 = -log(this.$beta2) / 2;
    return step => {
      const [x, half] = [step + 5, c1];
      const early = x + langevin(half) - x * langevin(minimum(half * x, 1));
      const left = Math.exp(-2 * half * x);
      const last = 1 / half + langevin(half);
      const rho = half * x < 1 ? early : last - 2 * x * left / (1 - left);
      const rest = (rho - 4) / (last - 4) * ((rho - 2) / (last - 2)) * (last / rho);
      return this.$learning_rate * Math.sqrt(rest);
    };
  }
  _horizon() { return ceil(6 / (1 - this.$beta2)); }
  formula(step, xp) {
    const [x, half] = [xp.add(step, new Float(5)), xp.div(xp.neg(xp.log(this.$beta2)), 2)];
    const early = xp.sub(xp.add(x, langevin_(half, xp)), xp.mul(x, langevin_(xp.minimum(xp.mul(half, x), new Float(1)), xp)));
    const left = xp.exp(xp.mul(xp.mul(-2, half), x));
    const last = xp.add(xp.div(1, half), langevin_(half, xp));
    const rho = xp.where(xp.lt(xp.mul(half, x), 1), early, xp.sub(last, xp.div(xp.mul(xp.mul(2, x), left), xp.sub(1, left))));
    const rest = xp.mul(xp.mul(xp.div(xp.sub(rho, 4), xp.sub(last, 4)), xp.div(xp.sub(rho, 2), xp.sub(last, 2))), xp.div(last, rho));
    return xp.mul(this.$learning_rate, xp.sqrt(rest));
  }
}
define(RAdamWarmUpLR, "RAdamWarmUpLR", [f15, f76], "radam_warm_up");
class TableLR extends Schedule {
  _rate() {
    if (this.$counts === null) {
      const c1 = this.$rates.length - 1;
      return step => take(this.$rates, minimum(step, c1));
    }
    return step => take(this.$rates, bisectRight(this._ends, step));
  }
  get _ends() {
    return (this.__ends ??= (() => {
      return this.$counts === null ? arange(1, this.$rates.length) : part(cumsum(this.$counts), undefined, -1);
    })());
  }
  _check() {
    const counts = this.$counts === null ? ones(this.$rates.length) : this.$counts;
    if (this.$counts !== null) this._require_same_length("rates", "counts");
    const total = sum(toList(counts));
    if (truth(gt(total, 9007199254740992))) throw new PyError(`TableLR: counts must add up to at most 2**53, got ${text(total)}`);
    if (some(eq(this.$rates, 0))) this._store(add(this.$rates, 0), this.$counts);
    const starts = append(0, add(nonzero(ne(part(this.$rates, 1), part(this.$rates, undefined, -1))), 1));
    if (truth(le(2 * starts.length, total))) {
      this._store(item(this.$rates, starts), reduceat(counts, starts));
    } else {
      if (this.$counts !== null) this._store(repeat(this.$rates, counts), null);
    }
  }
  _store(rates, counts) {
    for (const [name, array_] of [["rates", rates], ["counts", counts]]) {
      if (array_ !== null) array_;
      this[`$${name}`] = array_;
    }
  }
  _knots(stop) { return this._ends; }
  _horizon() { return this.$counts === null ? this.$rates.length : int(sum(this.$counts)); }
  formula(step, xp) {
    if (this.$counts === null) return xp.take(this.$rates, xp.minimum(step, xp.sub(this.$rates.length, 1)));
    return xp.take(this.$rates, xp.searchsorted(this._ends, step, "right"));
  }
}
define(TableLR, "TableLR", [f77, f78], "table");
class WarmUpLR extends Schedule {
  _rate() { return step => this.$learning_rate * minimum(step, this.$warmup_steps) / this.$warmup_steps; }
  _knots(stop) { return [this.$warmup_steps]; }
  _horizon() { return 2 * this.$warmup_steps; }
  formula(step, xp) { return xp.div(xp.mul(this.$learning_rate, xp.minimum(step, this.$warmup_steps)), this.$warmup_steps); }
}
define(WarmUpLR, "WarmUpLR", [f15, f16], "warm_up");
class ClipLR extends Schedule {
  _rate() {
    const c1 = this.$min_lr !== null;
    return step => {
      let rate;
      rate = this.$schedule.at(step);
      if (c1) {
        rate = maximum(rate, this.$min_lr);
      }
      return this.$max_lr === null ? rate : minimum(rate, this.$max_lr);
    };
  }
  _check() {
    if (this.$min_lr === null && this.$max_lr === null) throw new PyError("ClipLR: at least one of min_lr and max_lr must be given");
    if (this.$min_lr !== null && this.$max_lr !== null && this.$min_lr > this.$max_lr) throw new PyError(`ClipLR: min_lr must be at most max_lr, got ${floatText(this.$min_lr)} and ${floatText(this.$max_lr)}`);
  }
  _choice() {
    const rates = [[true, this.$min_lr], [false, this.$max_lr]];
    return [[true, this.$schedule], ...each(toList(rates).filter(([from_below, rate]) => rate !== null), ([from_below, rate]) => [from_below, new ConstantLR(rate)])];
  }
  _knots(stop) { return knots_of_choice(this, stop); }
  formula(step, xp) {
    let rate;
    rate = this.$schedule.formula(step, xp);
    if (this.$min_lr !== null) {
      rate = xp.maximum(rate, this.$min_lr);
    }
    return this.$max_lr === null ? rate : xp.minimum(rate, this.$max_lr);
  }
}
define(ClipLR, "ClipLR", [f79, f80, f81], "clip");
class EveryLR extends Schedule {
  _rate() {
    const c1 = this.$schedule.constructor === StretchLR && this.$schedule.$factor === this.$block_steps;
    return step => {
      const block = floordiv(step, this.$block_steps);
      if (c1) return this.$schedule.$schedule.at(block);
      return this.$schedule.at(block * this.$block_steps);
    };
  }
  _knots(stop) {
    const seen = mul(ceils(div(this.$schedule.knotsBefore(stop), this.$block_steps)), this.$block_steps);
    return concatenate([multiples(this.$block_steps, stop), seen]);
  }
  _horizon() { return -floordiv(-this.$schedule.horizon, this.$block_steps) * this.$block_steps; }
  formula(step, xp) {
    const block = xp.floordiv(step, this.$block_steps);
    if (this.$schedule.constructor === StretchLR && xp.truth(xp.eq(this.$schedule.$factor, this.$block_steps))) return this.$schedule.$schedule.formula(block, xp);
    return this.$schedule.formula(xp.mul(block, this.$block_steps), xp);
  }
}
define(EveryLR, "EveryLR", [f79, f82], "every");
class StretchLR extends Schedule {
  _rate() {
    return step => {
      const t = step / this.$factor;
      const whole = floor(t + 0.5);
      const correction = floor((whole - t) * 1.152921504606847e+18) / 1.152921504606847e+18;
      const close = absolute(whole - t) <= 4.440892098500626e-16 * whole ? t + correction : t;
      return this.$schedule.at(floor(step) === step ? close : t);
    };
  }
  _knots(stop) { return mul(this.$schedule.knotsBefore(ceil(stop / this.$factor) + 1), this.$factor); }
  _horizon() { return ceil(this.$schedule.horizon * this.$factor); }
  formula(step, xp) {
    const t = xp.div(step, this.$factor);
    const whole = xp.floor(xp.add(t, 0.5));
    const correction = xp.div(xp.floor(xp.mul(xp.sub(whole, t), new Float(1.152921504606847e+18))), new Float(1.152921504606847e+18));
    const close = xp.where(xp.le(xp.abs(xp.sub(whole, t)), xp.mul(4.440892098500626e-16, whole)), xp.add(t, correction), t);
    return this.$schedule.formula(xp.where(xp.eq(xp.floor(step), step), close, t), xp);
  }
}
define(StretchLR, "StretchLR", [f79, f83], "stretch");
class HoldLR extends Schedule {
  _rate() { return step => this.$schedule.at(minimum(step, this.$hold_steps)); }
  _knots(stop) { return append(this.$schedule.knotsBefore(smallest([stop, this.$hold_steps + 1])), this.$hold_steps); }
  _horizon() { return this.$hold_steps; }
  formula(step, xp) { return this.$schedule.formula(xp.minimum(step, this.$hold_steps), xp); }
}
define(HoldLR, "HoldLR", [f79, f84], "hold");
class JoinLR extends Schedule {
  _rate() {
    const part_ = (schedule, start) => (t) => schedule.at(truth(start) ? t - start : t);
    const c1 = piecewise(this.$milestones, each(this._pieces(), ([s, m]) => part_(s, m)));
    return step => c1(step);
  }
  _pieces() { return zip(this.$schedules, [0, ...this.$milestones]); }
  _check() {
    if (len(this.$milestones) !== len(this.$schedules) - 1) throw new PyError(`JoinLR: ${len(this.$schedules)} schedules need ${text(counted(len(this.$schedules) - 1, "milestone"))}, got ${len(this.$milestones)}`);
    this._require_ascending("milestones");
  }
  _knots(stop) {
    const found = [array(this.$milestones)];
    for (const [[schedule, start], end] of zip(this._pieces(), [...this.$milestones, stop])) {
      if (truth(lt(start, smallest([end, stop])))) found.push(add(start, schedule.knotsBefore(sub(smallest([end, stop]), start))));
    }
    return concatenate(found);
  }
  _horizon() { return add(this.$milestones.at(-1), this.$schedules.at(-1).horizon); }
  formula(step, xp) {
    const part_ = (schedule, start) => (t) => schedule.formula(xp.either(start, () => xp.sub(t, start), () => t), xp);
    return xp.piecewise(step, this.$milestones, each(this._pieces(), ([s, m]) => part_(s, m)));
  }
}
define(JoinLR, "JoinLR", [f85, f86], "join");
class MaximumLR extends Schedule {
  _rate() { return step => reduce(maximum, each(this.$schedules, schedule => schedule.at(step))); }
  _choice() { return each(this.$schedules, schedule => [true, schedule]); }
  _knots(stop) { return knots_of_choice(this, stop); }
  formula(step, xp) { return reduce(xp.maximum, each(this.$schedules, schedule => schedule.formula(step, xp))); }
}
define(MaximumLR, "MaximumLR", [f85], "maximum");
class MinimumLR extends Schedule {
  _rate() { return step => reduce(minimum, each(this.$schedules, schedule => schedule.at(step))); }
  _choice() { return each(this.$schedules, schedule => [false, schedule]); }
  _knots(stop) { return knots_of_choice(this, stop); }
  formula(step, xp) { return reduce(xp.minimum, each(this.$schedules, schedule => schedule.formula(step, xp))); }
}
define(MinimumLR, "MinimumLR", [f85], "minimum");
class OffsetLR extends Schedule {
  _rate() { return step => this.$schedule.at(step) + this.$offset; }
  formula(step, xp) { return xp.add(this.$schedule.formula(step, xp), this.$offset); }
}
define(OffsetLR, "OffsetLR", [f79, f87], "offset");
class PowerLR extends Schedule {
  _rate() {
    return step => {
      const base = this.$schedule.at(step);
      return base > 0 ? pow(base > 0 ? base : 1, this.$power) : 0;
    };
  }
  _knots(stop) {
    if (this.$schedule.constructor === PowerLR) return this.$schedule.knotsBefore(stop);
    return new MaximumLR([this.$schedule, new ConstantLR(0)]).knotsBefore(stop);
  }
  formula(step, xp) {
    const base = this.$schedule.formula(step, xp);
    return xp.where(xp.gt(base, 0), xp.pow(xp.where(xp.gt(base, 0), base, new Float(1)), this.$power), new Float(0));
  }
}
define(PowerLR, "PowerLR", [f79, f51], "power");
class ProductLR extends Schedule {
  _rate() { return step => reduce(times, each(this.$schedules, schedule => schedule.at(step))); }
  formula(step, xp) { return reduce(xp.mul, each(this.$schedules, schedule => schedule.formula(step, xp))); }
}
define(ProductLR, "ProductLR", [f85], "product");
class RepeatLR extends Schedule {
  _rate() {
    if (this.$multiplier > 1) {
      const c1 = part(this._growing[0], 1);
      return step => {
        const cycle = bisectRight(c1, step);
        const [start, length, height] = each(this._growing, table => take(table, cycle));
        return height * this.$schedule.at((step - start) / length);
      };
    }
    const c2 = this.$cycles !== null;
    const c3 = this.$cycles - 1;
    return step => {
      let cycle;
      cycle = floordiv(step, this.$period_steps);
      if (c2) {
        cycle = minimum(cycle, c3);
      }
      const rate = this.$schedule.at(step - cycle * this.$period_steps);
      return this.$gamma === 1 ? rate : pow(this.$gamma, cycle) * rate;
    };
  }
  get _growing() {
    return (this.__growing ??= (() => {
      const [starts, lengths] = growingCycles(this.$period_steps, this.$multiplier, this.$cycles);
      return [starts, lengths, array(each(range(starts.length), k => raised(this.$gamma, k)))];
    })());
  }
  _check() {
    let number, most;
    if (this.$multiplier > 1) {
      number = numberOfCycles(this.$period_steps, this.$multiplier, this.$cycles);
      most = this.$gamma > 1 ? log(1.7976931348623157e+308) / absolute(log(this.$gamma)) : Infinity;
      if (truth(gt(number, most))) throw new PyError(`RepeatLR: gamma must give heights that are floats in all ${text(number)} cycles, got ${floatText(this.$gamma)}; give fewer cycles`);
    }
  }
  _knots(stop) {
    let starts, lengths, _;
    if (this.$multiplier > 1) {
      [starts, lengths, _] = each(this._growing, table => item(table, lt(this._growing[0], stop)));
    } else {
      starts = part(multiples(this.$period_steps, stop), undefined, this.$cycles);
      lengths = ones(starts.length);
    }
    const inside = this.$schedule.knotsBefore(this.$period_steps);
    const last = this.$cycles !== null ? add(mul(this.$schedule.knotsBefore(stop), lengths.at(-1)), starts.at(-1)) : [];
    return concatenate([starts, ravel(add(column(starts), mul(inside, column(lengths)))), last]);
  }
  _horizon() {
    let starts, lengths, _, k, start, length;
    const shown = this.$cycles === null ? 3 : this.$cycles;
    if (this.$multiplier > 1) {
      [starts, lengths, _] = this._growing;
      k = smallest([shown, starts.length]) - 1;
      [start, length] = [plain(item(starts, k)), plain(item(lengths, k))];
    } else {
      [start, length] = [(shown - 1) * this.$period_steps, 1];
    }
    const last = this.$cycles === null ? this.$period_steps : largest([this.$period_steps, this.$schedule.horizon]);
    return ceil(add(start, mul(length, last)));
  }
  formula(step, xp) {
    let cycle, start, length, height;
    if (xp.truth(xp.gt(this.$multiplier, 1))) {
      cycle = xp.searchsorted(part(this._growing[0], 1), step, "right");
      [start, length, height] = each(this._growing, table => xp.take(table, cycle));
      return xp.mul(height, this.$schedule.formula(xp.div(xp.sub(step, start), length), xp));
    }
    cycle = xp.floordiv(step, this.$period_steps);
    if (this.$cycles !== null) {
      cycle = xp.minimum(cycle, xp.sub(this.$cycles, 1));
    }
    const rate = this.$schedule.formula(xp.sub(step, xp.mul(cycle, this.$period_steps)), xp);
    return xp.either(xp.eq(this.$gamma, 1), () => rate, () => xp.mul(xp.pow(this.$gamma, cycle), rate));
  }
}
define(RepeatLR, "RepeatLR", [f79, f88, f14, f11, f12], "repeat");
class ScaleLR extends Schedule {
  _rate() { return step => this.$factor * this.$schedule.at(step); }
  formula(step, xp) { return xp.mul(this.$factor, this.$schedule.formula(step, xp)); }
}
define(ScaleLR, "ScaleLR", [f79, f89], "scale");
class ShiftLR extends Schedule {
  _rate() {
    return step => {
      const moved = step - this.$shift_steps;
      return this.$schedule.at(this.$shift_steps > 0 ? maximum(moved, 0) : moved);
    };
  }
  _knots(stop) {
    const inner = add(this.$schedule.knotsBefore(largest([stop - this.$shift_steps, 1])), this.$shift_steps);
    return append(inner, this.$shift_steps);
  }
  _horizon() { return this.$schedule.horizon + this.$shift_steps; }
  formula(step, xp) {
    const moved = xp.sub(step, this.$shift_steps);
    return this.$schedule.formula(xp.either(xp.gt(this.$shift_steps, 0), () => xp.maximum(moved, 0), () => moved), xp);
  }
}
define(ShiftLR, "ShiftLR", [f79, f90], "shift");
class SumLR extends Schedule {
  _rate() { return step => reduce(plus, each(this.$schedules, schedule => schedule.at(step))); }
  formula(step, xp) { return reduce(xp.add, each(this.$schedules, schedule => schedule.formula(step, xp))); }
}
define(SumLR, "SumLR", [f85], "sum");
class CosineDecayLR extends DecayToMinimum {
  _rate() {
    return step => {
      const t = minimum(step, this.$decay_steps);
      return half_cosine(this.$min_lr, this.$max_lr, 3.141592653589793 * t / this.$decay_steps);
    };
  }
  formula(step, xp) {
    const t = xp.minimum(step, this.$decay_steps);
    return half_cosine_(this.$min_lr, this.$max_lr, xp.div(xp.mul(3.141592653589793, t), this.$decay_steps), xp);
  }
}
define(CosineDecayLR, "CosineDecayLR", [f0, f1, f9], "cosine_decay");
class CosineKDecayLR extends DecayToMinimum {
  _rate() {
    return step => {
      const angle = 3.141592653589793 * pow(minimum(step, this.$decay_steps) / this.$decay_steps, this.$k);
      return half_cosine(this.$min_lr, this.$max_lr, angle);
    };
  }
  formula(step, xp) {
    const angle = xp.mul(3.141592653589793, xp.pow(xp.div(xp.minimum(step, this.$decay_steps), this.$decay_steps), this.$k));
    return half_cosine_(this.$min_lr, this.$max_lr, angle, xp);
  }
}
define(CosineKDecayLR, "CosineKDecayLR", [f0, f1, f9, f52], "cosine_k_decay");
class Hyperbola extends DecayToMinimum {
  _check() {
    super._check();
    if (this.$upper_steps < this.$decay_steps) throw new PyError(`${this.kind}: upper_steps must be at least decay_steps, got ${text(this.$upper_steps)} and ${text(this.$decay_steps)}`);
  }
  _descent() {
    const [last, upper] = [this.$decay_steps, this.$upper_steps];
    const first = Math.sqrt(last / upper * (2 - last / upper));
    const inside = (t) => Math.sqrt((last - t) / upper * (2 - (last + t) / upper)) - first;
    const c1 = piecewise([last], [inside, (_) => -first]);
    return step => c1(step);
  }
  _descent_xp(step, xp) {
    const [last, upper] = [this.$decay_steps, this.$upper_steps];
    const first = xp.sqrt(xp.mul(xp.div(last, upper), xp.sub(2, xp.div(last, upper))));
    const inside = (t) => xp.sub(xp.sqrt(xp.mul(xp.div(xp.sub(last, t), upper), xp.sub(2, xp.div(xp.add(last, t), upper)))), first);
    return xp.piecewise(step, [last], [inside, (_) => xp.neg(first)]);
  }
}
class RexDecayLR extends DecayToMinimum {
  _rate() {
    const c1 = this.$max_lr - this.$min_lr;
    const c2 = 1 - this.$d;
    return step => {
      const left = (this.$decay_steps - minimum(step, this.$decay_steps)) / this.$decay_steps;
      return this.$min_lr + c1 * (left / (c2 + this.$d * left));
    };
  }
  formula(step, xp) {
    const left = xp.div(xp.sub(this.$decay_steps, xp.minimum(step, this.$decay_steps)), this.$decay_steps);
    return xp.add(this.$min_lr, xp.mul(xp.sub(this.$max_lr, this.$min_lr), xp.div(left, xp.add(xp.sub(1, this.$d), xp.mul(this.$d, left)))));
  }
}
define(RexDecayLR, "RexDecayLR", [f0, f1, f9, f93], "rex_decay");
class TanhDecayLR extends DecayToMinimum {
  _rate() {
    const c1 = 0.5 * (this.$max_lr - this.$min_lr);
    return step => {
      const p = minimum(step, this.$decay_steps) / this.$decay_steps;
      const place = this.$lower * (1 - p) + this.$upper * p;
      return this.$min_lr + c1 * (1 - Math.tanh(place));
    };
  }
  _check() {
    super._check();
    this._require_below("lower", "upper");
  }
  formula(step, xp) {
    const p = xp.div(xp.minimum(step, this.$decay_steps), this.$decay_steps);
    const place = xp.add(xp.mul(this.$lower, xp.sub(1, p)), xp.mul(this.$upper, p));
    return xp.add(this.$min_lr, xp.mul(xp.mul(0.5, xp.sub(this.$max_lr, this.$min_lr)), xp.sub(1, xp.tanh(place))));
  }
}
define(TanhDecayLR, "TanhDecayLR", [f0, f1, f9, f94, f95], "tanh_decay");
class ExpHyperbolicDecayLR extends Hyperbola {
  _rate() {
    const c1 = this.$max_lr / this.$min_lr;
    const c2 = this._descent();
    return step => this.$max_lr * pow(c1, c2(step));
  }
  formula(step, xp) { return xp.mul(this.$max_lr, xp.pow(xp.div(this.$max_lr, this.$min_lr), this._descent_xp(step, xp))); }
}
define(ExpHyperbolicDecayLR, "ExpHyperbolicDecayLR", [f96, f1, f91, f92], "exp_hyperbolic_decay");
class HyperbolicDecayLR extends Hyperbola {
  _rate() {
    const c1 = this.$max_lr - this.$min_lr;
    const c2 = this._descent();
    return step => this.$max_lr + c1 * c2(step);
  }
  formula(step, xp) { return xp.add(this.$max_lr, xp.mul(xp.sub(this.$max_lr, this.$min_lr), this._descent_xp(step, xp))); }
}
define(HyperbolicDecayLR, "HyperbolicDecayLR", [f0, f1, f91, f92], "hyperbolic_decay");
export const METHODS = {
  then: [{ "name": "schedule", "integer": false, "required": true }, { "name": "milestone", "integer": true, "required": true }],
  warmup: [{ "name": "warmup_steps", "integer": true, "required": true }, { "name": "start_lr", "integer": false, "required": false }],
  clip: [{ "name": "min_lr", "integer": false, "required": false }, { "name": "max_lr", "integer": false, "required": false }],
  shift: [{ "name": "shift_steps", "integer": true, "required": true }],
  stretch: [{ "name": "factor", "integer": false, "required": true }],
  repeat: [{ "name": "period_steps", "integer": true, "required": true }, { "name": "cycles", "integer": true, "required": false }, { "name": "multiplier", "integer": false, "required": false }, { "name": "gamma", "integer": false, "required": false }],
  hold: [{ "name": "hold_steps", "integer": true, "required": true }],
  every: [{ "name": "block_steps", "integer": true, "required": true }],
  minimum: [{ "name": "others", "integer": false, "rest": true }],
  maximum: [{ "name": "others", "integer": false, "rest": true }],
};
