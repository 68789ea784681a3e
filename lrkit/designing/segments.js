// An expression as a row of segments, each with joints: where its curve bends, starts and ends.
import { FIELDS, make } from "../javascript/schedule.js";

const MOST_JOINTS = 40;
const MEETING = 1e-9;

const asItIs = value => value;

// How a wrapper of a join changes the time and the rate of what it wraps.
const WRAPPERS = {
  ScaleLR: (f, lens) => ({ ...lens, post: v => lens.post(v * f.factor) }),
  OffsetLR: (f, lens) => ({ ...lens, post: v => lens.post(v + f.offset) }),
  PowerLR: (f, lens) => ({ ...lens, post: v => lens.post(v ** f.power) }),
  ShiftLR: (f, lens) => ({ ...lens, begin: lens.begin + lens.scale * f.shift_steps }),
  StretchLR: (f, lens) => ({ ...lens, scale: lens.scale * f.factor }),
  HoldLR: (f, lens) => lens,
  ClipLR: (f, lens) => ({ ...lens, post: v => lens.post(Math.min(Math.max(v, f.min_lr ?? -Infinity), f.max_lr ?? Infinity)) }),
};

export const isSchedule = value => value !== null && typeof value === "object" && "kind" in value;

export function partAt(root, path) {
  return path.reduce((node, [name, index]) => (index === null ? node.fields[name] : node.fields[name][index]), root);
}

export function putPart(root, path, part) {
  if (!path.length) return part;
  const [[name, index], ...rest] = path;
  if (index === null) return root.with(name, putPart(root.fields[name], rest, part));
  const list = [...root.fields[name]];
  list[index] = rest.length ? putPart(list[index], rest, part) : part;
  return root.with(name, list);
}

// The same for several parts, none within another: [path, part] each.
export function putParts(root, changes) {
  if (!changes.length) return root;
  if (!changes[0][0].length) return changes[0][1];
  const fields = { ...root.fields };
  for (const { 0: [[name, index]] } of changes) {
    if (fields[name] !== root.fields[name]) continue;
    const below = at => changes.filter(([[step]]) => step[0] === name && step[1] === at).map(([[, ...rest], part]) => [rest, part]);
    fields[name] = index === null ? putParts(fields[name], below(null)) : fields[name].map((part, k) => putParts(part, below(k)));
  }
  return make(root.kind, fields);
}

// The parts directly below a schedule, each with the step of its path.
export function childrenOf(node) {
  return Object.entries(node.fields).flatMap(([name, value]) =>
    isSchedule(value)
      ? [[[name, null], value]]
      : Array.isArray(value) && isSchedule(value[0])
        ? value.map((part, k) => [[name, k], part])
        : [],
  );
}

export const withFields = (node, fields) => make(node.kind, { ...node.fields, ...fields });

// Every number of a schedule and of its parts: where it stands, its value, and what is declared of it.
export function numbersOf(node, path = []) {
  const own = [];
  for (const field of FIELDS[node.kind] ?? []) {
    const value = node.fields[field.name];
    if (typeof value === "number") own.push({ path, name: field.name, index: null, value, field });
    else if (Array.isArray(value) && typeof value[0] === "number" && value.length <= 2 * MOST_JOINTS)
      value.forEach((one, index) => own.push({ path, name: field.name, index, value: one, field }));
  }
  return own.concat(...childrenOf(node).map(([step, part]) => numbersOf(part, [...path, step])));
}

export function putNumber(node, number, value) {
  const { path, name, index, field } = number;
  const rounded = field.integer ? Math.round(value) : value;
  const owner = partAt(node, path);
  const list = index === null ? rounded : owner.fields[name].map((old, k) => (k === index ? rounded : old));
  return putPart(node, path, owner.with(name, list));
}

export const isRate = number => /eta/.test(number.field.symbol) && number.field.unit !== "step";
export const isLength = number => number.field.unit === "step";

// Joins directly within joins, as one.
export function flatJoin(node) {
  if (node.kind !== "JoinLR") return node;
  const { schedules, milestones } = node.fields;
  const parts = [];
  const stones = [];
  schedules.forEach((part, k) => {
    const start = k ? milestones[k - 1] : 0;
    const end = k < milestones.length ? milestones[k] : Infinity;
    if (k) stones.push(start);
    const inner = flatJoin(part);
    if (inner.kind !== "JoinLR") return parts.push(inner);
    const kept = inner.fields.milestones.filter(stone => start + stone < end);
    parts.push(...inner.fields.schedules.slice(0, kept.length + 1));
    stones.push(...kept.map(stone => start + stone));
  });
  return parts.length === schedules.length ? node : withFields(node, { schedules: parts, milestones: stones });
}

const hasJoin = node => node.kind === "JoinLR" || (node.kind in WRAPPERS && isSchedule(node.fields.schedule) && hasJoin(node.fields.schedule));

// The joints of a schedule within `span` of its own steps, its end included; none if there are too many to take hold of.
export function jointsOf(node, span) {
  const stop = (span < 1e15 ? span : Math.min(2 * node.horizon, 2 ** 52)) + 1;
  const knots = node.knots({ quick: true, stop }).filter(knot => knot <= span);
  return knots.length > MOST_JOINTS ? [] : knots;
}

// The segments of a schedule in a run of `total` updates. One that is the same as in `before` is that, with all that is
// known of it.
export function segmentsOf(root, total, before = []) {
  const found = [];
  visitParts(flatJoin(root), [], { begin: 0, scale: 1, post: asItIs }, 0, Infinity, found, total, before);
  return found;
}

function visitParts(node, path, lens, from, to, found, total, before) {
  if (node.kind === "JoinLR") {
    const { schedules, milestones } = node.fields;
    const place = stone => lens.begin + lens.scale * stone;
    schedules.forEach((part, k) => {
      const begin = k ? place(milestones[k - 1]) : lens.begin;
      const end = k < milestones.length ? place(milestones[k]) : Infinity;
      visitParts(part, [...path, ["schedules", k]], { ...lens, begin }, Math.max(from, begin), Math.min(to, end), found, total, before);
    });
  } else if (hasJoin(node)) {
    visitParts(node.fields.schedule, [...path, ["schedule", null]], WRAPPERS[node.kind](node.fields, lens), from, to, found, total, before);
  } else if (from < to) {
    const old = before[found.length] ?? {};
    const stays = old.node === node && old.from === from && old.to === to && old.total === total;
    const same = stays && old.begin === lens.begin && old.scale === lens.scale && old.post === lens.post && samePath(old.path, path);
    found.push(same ? old : new Segment({ node, path, from, to, total, ...lens, _shape: shapeLike(old, node) }));
  }
}

const samePath = (one, other) => one.length === other.length && one.every((step, k) => step[0] === other[k][0] && step[1] === other[k][1]);

// The number that shapes a segment, where it is known of the one in its place, of the same kind.
function shapeLike({ _shape: shape, node: old }, node) {
  if (!shape || shape.path.length || old.kind !== node.kind) return undefined;
  return { ...shape, value: node.fields[shape.name] };
}

export class Segment {
  constructor(made) {
    const { node, from, to, total } = Object.assign(this, made);
    this.span = (to - this.begin) / this.scale;
    this.joints = jointsOf(node, Math.min(this.span, 1e15));
    this.loose = !this.joints.length && to === Infinity && node.kind !== "ConstantLR";
    if (this.loose && total > from) this.joints = [(total - this.begin) / this.scale];
  }
  local(step) {
    return (step - this.begin) / this.scale;
  }
  step(local) {
    return this.begin + this.scale * local;
  }
  rate(local) {
    return this.post(this.node.at(Math.max(local, 0)));
  }
  get first() {
    return (this._first ??= this.rate(this.local(this.from)));
  }
  get last() {
    return (this._last ??= this.rate(this.span));
  }
  get level() {
    return this.node.kind === "ConstantLR";
  }
  // Where it ends for the eye: at the next segment, or at its own last joint.
  get end() {
    return this.to < Infinity ? this.to : this.joints.length ? this.step(this.joints.at(-1)) : this.from;
  }
}

export const meeting = (one, other) => Math.abs(one - other) <= MEETING * Math.max(Math.abs(one), Math.abs(other), 1e-300);

// The handles of a row of segments, from left to right. `joint` is -1 at the start of a segment, else a joint of it.
export function handlesOf(segments) {
  const handles = [];
  segments.forEach((segment, n) => {
    const before = segments[n - 1];
    const joined = Boolean(before) && before.to === segment.from;
    const meets = joined && meeting(before.last, segment.first);
    if (joined && !meets && !before.level) handles.push({ step: segment.from, rate: before.last, segment: n - 1, joint: "last", edge: n });
    handles.push({ step: segment.from, rate: segment.first, segment: n, joint: -1, edge: joined ? n : 0 });
    segment.joints.forEach((local, joint) => {
      const step = segment.step(local);
      if (step > segment.from && step < segment.to) handles.push({ step, rate: segment.rate(local), segment: n, joint, edge: 0, loose: segment.loose });
    });
  });
  return handles;
}
