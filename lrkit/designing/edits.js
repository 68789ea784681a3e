// Edits of the row of segments: a joint more or less, another shape for a phase.
import { make } from "../javascript/schedule.js";
import { flatJoin, meeting, partAt, putPart, segmentsOf, withFields } from "./segments.js";

const joined = (schedules, milestones) => (milestones.length ? make("JoinLR", { schedules, milestones }) : schedules[0]);

// What stands at a path is replaced by several schedules in a row; within a join they become parts of it.
function spliced(root, path, parts, stones, removed = 1) {
  const [name, index] = path.at(-1) ?? ["", null];
  const parent = path.length ? partAt(root, path.slice(0, -1)) : null;
  if (!parent || parent.kind !== "JoinLR" || name !== "schedules") return putPart(root, path, joined(parts, stones));
  const { schedules, milestones } = parent.fields;
  const start = index ? milestones[index - 1] : 0;
  const all = schedules.toSpliced(index, removed, ...parts);
  const marks = milestones.toSpliced(index, removed - 1, ...stones.map(stone => start + stone));
  return putPart(root, path.slice(0, -1), joined(all, marks));
}

const SPLIT = {
  ConstantLR: node => [[node, node], true],
  WarmUpLR: (node, at) => withPoint([0, node.fields.warmup_steps], [0, node.fields.learning_rate], at, node.at(at)),
  linear: (node, at) => withPoint([0, node.fields.decay_steps], [node.fields.start_lr, node.fields.end_lr], at, node.at(at)),
  PiecewiseLinearLR: (node, at) => withPoint(node.fields.milestones, node.fields.learning_rates, at, node.at(at)),
};

function withPoint(stones, rates, at, rate) {
  const k = stones.findIndex(stone => stone > at);
  if (k <= 0) return null;
  return make("PiecewiseLinearLR", { milestones: stones.toSpliced(k, 0, at), learning_rates: rates.toSpliced(k, 0, rate) });
}

// The schedule with a joint at a step, by which no rate changes.
export function withJoint(root, total, step) {
  const whole = flatJoin(root);
  const segments = segmentsOf(whole, total);
  const segment = segments.find(one => one.from < step && step < one.to);
  const at = segment ? Math.round(segment.local(step)) : 0;
  if (!segment || at < 1 || at >= segment.span || segment.joints.includes(at)) return root;
  const { node, path } = segment;
  const open = opened(node);
  if (!(node.kind in SPLIT) && open.kind === "JoinLR") return withJoint(putPart(whole, path, open), total, step);
  const made = SPLIT[node.kind]?.(node, at);
  if (made && !Array.isArray(made)) return putPart(whole, path, made);
  return spliced(whole, path, made ? made[0] : [node, shifted(node, -at)], [at]);
}

// A call as the phases that it stands for, bit for bit: the ramp of a trapezium keeps its shape as a field.
function opened(node) {
  if (node.kind !== "warmup_stable_decay") return node.expand();
  const { max_lr, warmup_steps: w, stable_steps: s } = node.fields;
  const rows = [[w, make("WarmUpLR", { learning_rate: max_lr, warmup_steps: w || 1 })], [s, make("ConstantLR", { learning_rate: max_lr })]].filter(([steps]) => steps);
  const tail = withFields(node, { warmup_steps: 0, stable_steps: 0 });
  let stone = 0;
  return joined([...rows.map(([, part]) => part), tail], rows.map(([steps]) => (stone += steps)));
}

const shifted = (node, steps) =>
  node.kind === "ShiftLR"
    ? withFields(node, { shift_steps: node.fields.shift_steps + steps })
    : make("ShiftLR", { schedule: node, shift_steps: steps });

// The schedule without a joint; null if it is part of a shape, and cannot be taken away alone.
export function withoutJoint(root, total, handle) {
  const whole = flatJoin(root);
  const segments = segmentsOf(whole, total);
  if (handle.edge) return merged(whole, segments[handle.edge - 1], segments[handle.edge]);
  const { node, path, joints } = segments[handle.segment];
  if (!/^Piecewise(Linear|Cosine)LR$/.test(node.kind) || node.fields.milestones.length < 3) return null;
  const k = node.fields.milestones.indexOf(joints[handle.joint]);
  if (k < 1 || k > node.fields.milestones.length - 2) return null;
  const { milestones, learning_rates } = node.fields;
  return putPart(whole, path, plainLine(withFields(node, { milestones: milestones.toSpliced(k, 1), learning_rates: learning_rates.toSpliced(k, 1) })));
}

// A line of two points under its shorter name.
function plainLine(node) {
  const { milestones: m, learning_rates: r } = node.fields;
  if (node.kind !== "PiecewiseLinearLR" || m.length !== 2 || m[0] !== 0) return node;
  return r[0] === 0 && r[1] > 0
    ? make("WarmUpLR", { learning_rate: r[1], warmup_steps: m[1] })
    : make("linear", { start_lr: r[0], end_lr: r[1], decay_steps: m[1] });
}

function merged(root, left, right) {
  if (left.path.length !== right.path.length || left.path.at(-1)[0] !== "schedules") return null;
  const both = { begin: left.begin, from: left.from, to: right.to };
  const one = mergedPart(left, right, both);
  return one && spliced(root, left.path, [one], [], 2);
}

function mergedPart(left, right, { from, to }) {
  const { node, path } = right;
  const lone = node.kind === "ShiftLR" && String(node.fields.schedule) === String(left.node.kind === "ShiftLR" ? left.node.fields.schedule : left.node);
  const before = left.node.kind === "ShiftLR" ? left.node.fields.shift_steps : 0;
  if (lone && node.fields.shift_steps === before - left.span) return left.node;
  if (left.level && right.level) return left.node;
  const length = Math.round((Math.min(to, right.end) - from) / left.scale);
  const [first, last] = [left.first, right.to < Infinity ? right.last : right.rate(right.joints.at(-1) ?? 0)];
  if (typeOf(left.node) === "line" && typeOf(right.node) === "line") return phase("line", first, last, length);
  const longer = left.span >= Math.min(to, right.end) - right.from ? left : right;
  if (longer.level) return longer.node;
  return phase(typeOf(longer.node) ?? "line", longer === left ? first : right.first, last, length);
}

// Phases of a type, from one rate to another ------------------------------------------------------------------------

const decay = shape => (a, b, n) =>
  a > b ? make("warmup_stable_decay", { max_lr: a, warmup_steps: 0, stable_steps: 0, decay_steps: n, min_lr: b, shape }) : TYPES.line.make(a, b, n);

export const TYPES = {
  line: {
    words: "Line",
    make: (a, b, n) =>
      a === 0 && b > 0 ? make("WarmUpLR", { learning_rate: b, warmup_steps: n }) : make("linear", { start_lr: a, end_lr: b, decay_steps: n }),
  },
  hold: { words: "Hold", make: a => make("ConstantLR", { learning_rate: a }) },
  cosine: {
    words: "Cosine",
    make: (a, b, n) =>
      a > b ? make("CosineDecayLR", { min_lr: b, max_lr: a, decay_steps: n }) : make("cosine_warm_up", { learning_rate: b, warmup_steps: n, start_lr: a }),
  },
  "1-sqrt": { words: "1 − √", make: decay("1-sqrt") },
  power: { words: "Power", make: (a, b, n) => a === 0 && b > 0 ? make("power_warm_up", { learning_rate: b, warmup_steps: n, power: 2 }) : make("PolynomialDecayLR", { learning_rate: a, end_learning_rate: b, decay_steps: n, power: 2 }) },
  exponential: { words: "Exponential", make: decay("exponential") },
  stairs: {
    words: "Stairs",
    make: (a, b, n) => {
      const stones = [1, 2, 3, 4].map(k => Math.max(Math.round((n * k) / 4), k));
      return make("PiecewiseConstantLR", { milestones: stones, learning_rates: stones.map((_, k) => Number((a + ((b - a) * k) / 3).toPrecision(6))) });
    },
  },
};

export const phase = (type, a, b, n) => TYPES[type].make(a, b, Math.max(n, 1));

const KIND_TYPES = { WarmUpLR: "line", linear: "line", PiecewiseLinearLR: "line", ConstantLR: "hold", CosineDecayLR: "cosine", cosine_warm_up: "cosine", power_warm_up: "power", PolynomialDecayLR: "power", PiecewiseConstantLR: "stairs" };

// The type of a phase that this page makes; null for any other shape.
export function typeOf(node) {
  if (node.kind === "warmup_stable_decay") {
    const { warmup_steps: w, stable_steps: s, shape } = node.fields;
    return w || s ? null : shape === "linear" ? "line" : shape in TYPES ? shape : null;
  }
  return KIND_TYPES[node.kind] ?? null;
}

// The schedule with another shape for a segment, between the same two ends.
export function withType(root, total, index, type) {
  const whole = flatJoin(root);
  const segments = segmentsOf(whole, total);
  const segment = segments[index];
  const next = segments[index + 1];
  const end = segment.to < Infinity ? segment.to : segment.joints.length ? segment.end : Math.max(total, segment.from + 1);
  let last = segment.to < Infinity ? segment.last : segment.rate(segment.local(end));
  if (segment.level && type !== "hold") last = next ? next.first : 0;
  if (segment.level && next && meeting(next.first, segment.first) && type !== "line") last = segment.first / 10;
  const made = phase(type, segment.first, last, Math.round((end - segment.from) / segment.scale));
  return putPart(whole, segment.path, made);
}

// One more phase after the last, and the schedule without one of its phases.
export function withPhase(root, total, type) {
  const whole = flatJoin(root);
  const segments = segmentsOf(whole, total);
  const last = segments.at(-1);
  const begin = last.level || last.loose || last.end >= total ? Math.round(Math.max((last.from + total) / 2, last.from + 1)) : Math.round(last.end);
  const length = Math.max(Math.round(total - begin), 1);
  const rate = last.rate(last.local(begin));
  const parts = whole.kind === "JoinLR" ? whole.fields : { schedules: [whole], milestones: [] };
  const tail = phase(type, rate, type === "hold" ? rate : 0, length);
  return joined([...parts.schedules, tail], [...parts.milestones, begin]);
}

export function withoutPhase(root, total, index) {
  const segments = segmentsOf(flatJoin(root), total);
  const join = flatJoin(root);
  if (join.kind !== "JoinLR" || segments[index].path.length !== 1) return null;
  const k = segments[index].path[0][1];
  const { schedules, milestones } = join.fields;
  const length = k < milestones.length ? milestones[k] - (k ? milestones[k - 1] : 0) : 0;
  const marks = milestones.toSpliced(Math.min(k, milestones.length - 1), 1).map((stone, n) => (n >= k ? stone - length : stone));
  return joined(schedules.toSpliced(k, 1), marks);
}

