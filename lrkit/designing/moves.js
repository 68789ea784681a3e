// What it does to an expression to move a joint: lengths and rates are solved for, whatever the fields are called.
import { make } from "../javascript/schedule.js";
import { flatJoin, isLength, isRate, jointsOf, meeting, numbersOf, partAt, putNumber, putPart, putParts, segmentsOf, withFields } from "./segments.js";

const attempt = work => {
  try {
    return work();
  } catch {
    return null;
  }
};

const tidy = value => Number(value.toPrecision(12));

// Gauss and Jordan: the changes of the first columns that will do, for the wanted rows; null if there are none.
function solved(columns, wanted) {
  const rows = wanted.map((want, r) => [...columns.map(column => column[r]), want]);
  const pivots = [];
  columns.forEach((_, c) => {
    const top = pivots.length;
    let best = top;
    for (let r = top; r < rows.length; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[best]?.[c] ?? 0)) best = r;
    if (best >= rows.length || Math.abs(rows[best][c]) < 1e-9) return;
    [rows[top], rows[best]] = [rows[best], rows[top]];
    const pivot = rows[top][c];
    rows[top] = rows[top].map(x => x / pivot);
    rows.forEach((row, r) => {
      const times = row[c];
      if (r !== top && times) for (let k = c; k < row.length; k++) row[k] -= times * rows[top][k];
    });
    pivots.push(c);
  });
  const size = Math.max(...wanted.map(Math.abs));
  if (rows.slice(pivots.length).some(row => Math.abs(row.at(-1)) > 1e-6 * size)) return null;
  const changes = columns.map(() => 0);
  pivots.forEach((c, r) => (changes[c] = rows[r].at(-1)));
  return changes;
}

// How `measure` of a schedule answers to each of the numbers: [number, column], those that do.
function answers(node, numbers, measure, nudge) {
  const now = measure(node);
  return numbers.flatMap(number => {
    for (const delta of [nudge(number), -nudge(number)]) {
      const then = attempt(() => measure(putNumber(node, number, number.value + delta)));
      if (then && then.length === now.length) {
        const column = then.map((value, k) => (value - now[k]) / delta);
        return column.some(x => x) ? [[number, column]] : [];
      }
    }
    return [];
  });
}

function changed(node, found, changes) {
  return found.reduce((made, [number], k) => {
    if (!changes[k]) return made;
    const value = number.value + changes[k];
    return putNumber(made, number, Number.isInteger(value) ? value : tidy(value));
  }, node);
}

const isShare = number => number.field.low === 0 && number.field.high === 1 && !isRate(number);

// How the joints of a schedule answer to its lengths, found once: a drag asks in every frame.
const known = new WeakMap();

function lengthsOf(node, joints, outer) {
  const key = `${outer} ${joints}`;
  const all = known.get(node) ?? {};
  known.set(node, all);
  return (all[key] ??= findLengths(node, joints, outer));
}

function findLengths(node, joints, outer) {
  const numbers = numbersOf(node).filter(number => isLength(number) || isShare(number));
  if (!outer) numbers.reverse().sort((a, b) => b.path.length - a.path.length);
  const reach = 2 * Math.max(...joints) + 10;
  const measure = made => jointsOf(made, reach);
  const own = measure(node);
  const row = joints.map(joint => own.indexOf(joint));
  if (row.includes(-1)) return [];
  return answers(node, numbers, made => {
    const all = measure(made);
    return all.length === own.length ? row.map(k => all[k]) : [];
  }, number => (number.index === null && isShare(number) && !isLength(number) ? 1e-3 : 1));
}

// A schedule whose joints lie elsewhere. `outer` prefers the numbers of what wraps it: it then keeps its shape.
export function withJoints(node, joints, targets, outer = false) {
  const wanted = targets.map((target, k) => target - joints[k]);
  if (wanted.every(x => !x)) return node;
  const found = lengthsOf(node, joints, outer);
  const changes = solved(found.map(([, column]) => column), wanted);
  return changes && attempt(() => changed(node, found, changes));
}

// The schedule with one of its joints elsewhere, if the others cannot all stay.
function withOneJoint(node, joints, k, target) {
  const later = joints.map((joint, n) => (n < k ? joint : joint + target - joints[k]));
  const whole = withJoints(node, joints, later);
  if (whole) return whole;
  return withJoints(node, [joints[k]], [target]);
}

// Segments -----------------------------------------------------------------------------------------------------------

// A segment of which the rate at one place is another, the rates at its other places staying if they can.
export function withRate(segment, local, rate) {
  const { node } = segment;
  if (segment.level && segment.post(rate) === rate) return attempt(() => node.with("learning_rate", rate));
  const places = [...new Set([Math.max(segment.local(segment.from), 0), ...segment.joints, segment.span])].filter(place => place < 1e15);
  if (!places.includes(local)) places.push(local);
  const at = places.indexOf(local);
  const measure = made => places.map(place => segment.post(made.at(place)));
  const now = measure(node);
  if (now[at] === rate) return node;
  const free = numbersOf(node).filter(number => !isLength(number) && !number.field.integer);
  for (const number of free) {
    if (!isRate(number) || number.value !== now[at]) continue;
    const made = attempt(() => putNumber(node, number, rate));
    if (made && measure(made).every((value, k) => value === (k === at ? rate : now[k]))) return made;
  }
  const order = number => (isRate(number) ? 0 : number.name === "factor" || number.name === "offset" ? 1 : 2);
  free.sort((a, b) => order(a) - order(b));
  const found = answers(node, free, measure, number => (Math.abs(number.value) || Math.abs(rate) || 1e-3) * 2 ** -10);
  const wanted = now.map((_, k) => (k === at ? rate - now[at] : 0));
  const simple = found.filter(([number]) => order(number) < 2);
  return solvedFor(node, simple, wanted, measure, at, rate) ?? solvedBySome(node, found, measure, at, rate) ?? withStart(segment, local, rate);
}

function solvedFor(node, found, wanted, measure, at, rate) {
  const columns = found.map(([, column]) => column);
  const changes = found.length ? solved(columns, wanted) : null;
  if (!changes) return null;
  const exact = found.map(([number], k) => (changes[k] && meeting(number.value + changes[k], rate) ? rate - number.value : changes[k]));
  return attempt(() => {
    const made = found.reduce((done, [number], k) => {
      if (!exact[k]) return done;
      const value = number.value + changes[k];
      return putNumber(done, number, meeting(value, rate) ? rate : Math.abs(value) < 1e-12 * Math.abs(number.value) ? 0 : tidy(value));
    }, node);
    const close = measure(made);
    return Math.abs(close[at] - rate) <= 1e-6 * Math.max(Math.abs(rate), Math.abs(close[at] - rate + wanted[at])) ? made : null;
  });
}

// One number alone: that which moves the fewest other places, by false position.
function solvedBySome(node, found, measure, at, rate) {
  const able = found.filter(([, column]) => Math.abs(column[at]) > 0);
  const cost = ([, column]) => column.filter(x => Math.abs(x) > 1e-9 * Math.abs(column[at])).length;
  able.sort((a, b) => isRate(b[0]) - isRate(a[0]) || cost(a) - cost(b));
  for (const [number, column] of able) {
    const plain = attempt(() => putNumber(node, number, rate));
    if (plain && meeting(measure(plain)[at], rate)) return plain;
    let value = number.value;
    let slope = column[at];
    let gap = rate - measure(node)[at];
    let made = null;
    for (let round = 0; round < 12 && slope; round++) {
      const next = value + gap / slope;
      made = attempt(() => putNumber(node, number, tidy(next)));
      if (!made) break;
      const left = rate - measure(made)[at];
      if (Math.abs(left) <= 1e-9 * Math.abs(rate) || next === value) break;
      slope = (gap - left) / (next - value);
      value = next;
      gap = left;
    }
    if (made) return made;
  }
  return null;
}

// A warm-up from 0 that is to start above it, and back.
function withStart(segment, local, rate) {
  const { node } = segment;
  if (local !== 0 || node.kind !== "WarmUpLR") return null;
  return attempt(() => make("linear", { start_lr: rate, end_lr: node.fields.learning_rate, decay_steps: node.fields.warmup_steps }));
}

function plainStart(node) {
  if (node.kind !== "linear" || node.fields.start_lr !== 0 || !(node.fields.end_lr > 0)) return node;
  return make("WarmUpLR", { learning_rate: node.fields.end_lr, warmup_steps: node.fields.decay_steps });
}

// The whole -----------------------------------------------------------------------------------------------------------

export class Move {
  // How the handle moves the expression `root`, as it was when it was taken. `total` is the length of the run.
  constructor(root, total, handles, number) {
    this.root = flatJoin(root);
    this.total = total;
    this.handle = handles[number];
    this.segments = segmentsOf(this.root, total);
    this.before = handles[number - 1]?.step ?? 0;
    this.after = handles.slice(number + 1).find(other => other.step > this.handle.step)?.step ?? Infinity;
    const { edge, joint, loose } = this.handle;
    this.sideways = edge > 0 || (joint >= 0 && !loose);
  }
  // The nearest step to which it may go; with `push`, what comes later is pushed along.
  clamp(step, push) {
    const { edge } = this.handle;
    const begin = edge ? this.segments[edge - 1].from : Math.max(this.before, this.segments[this.handle.segment].from);
    const low = Math.max(begin, ...(edge ? this.segments[edge - 1].joints.map(local => this.segments[edge - 1].step(local)).filter(x => x < this.handle.step) : [])) + 1;
    const high = push ? 2 ** 52 : this.after - 1;
    return Math.min(Math.max(Math.round(step), low), Math.max(high, low));
  }
  to({ step, rate, push }) {
    let made = this.root;
    if (this.sideways && step !== undefined && step !== this.handle.step) {
      made = attempt(() => (this.handle.edge ? this.moveEdge(step - this.handle.step, push) : this.moveJoint(step, push))) ?? made;
    }
    if (rate !== undefined && rate !== this.handle.rate) made = attempt(() => this.moveRate(made, rate)) ?? made;
    return made;
  }
  // The milestone between two parts: the left one ends elsewhere, the right one gives way or moves.
  moveEdge(delta, push) {
    const right = this.segments[this.handle.edge];
    const left = this.segments[this.handle.edge - 1];
    const depth = right.path.findIndex((step, k) => step[1] !== left.path[k]?.[1] || step[0] !== left.path[k]?.[0]);
    const path = right.path.slice(0, depth);
    const stone = right.path[depth][1] - 1;
    const join = partAt(this.root, path);
    const shift = delta / right.scale;
    const milestones = join.fields.milestones.map((m, k) => (k === stone || (push && k > stone) ? Math.round(m + shift) : m));
    const schedules = [...join.fields.schedules];
    if (left.path.length === depth + 1) schedules[stone] = this.ended(left, left.span + shift);
    if (right.path.length === depth + 1 && !push) schedules[stone + 1] = this.begun(right, shift);
    return putPart(this.root, path, withFields(join, { schedules, milestones }));
  }
  // A segment that ends elsewhere, if it ended where its part did.
  ended(segment, span) {
    const { joints, node } = segment;
    const last = joints.length - 1;
    if (last < 0 || joints[last] !== segment.span) return node;
    return withJoints(node, joints, joints.map((joint, k) => (k === last ? span : joint))) ?? withOneJoint(node, joints, last, span) ?? node;
  }
  // A segment that begins later, and ends where it did.
  begun(segment, shift) {
    const joints = segment.loose ? [] : segment.joints;
    if (!joints.length) return segment.node;
    return withJoints(segment.node, joints, joints.map(joint => joint - shift), true) ?? withOneJoint(segment.node, joints, joints.length - 1, joints.at(-1) - shift) ?? segment.node;
  }
  // A joint within a part: what is beside it absorbs, or what comes later is pushed.
  moveJoint(step, push) {
    const segment = this.segments[this.handle.segment];
    const { joints, node } = segment;
    const k = this.handle.joint;
    const target = Math.round(segment.local(step));
    const shift = target - joints[k];
    const alone = joints.map((joint, n) => (n === k ? target : joint));
    const made = (push ? null : withJoints(node, joints, alone)) ?? withOneJoint(node, joints, k, target);
    let root = putPart(this.root, segment.path, made ?? node);
    const parent = segment.path.length && partAt(root, segment.path.slice(0, -1));
    if (push && parent && parent.kind === "JoinLR") {
      const own = segment.path.at(-1)[1];
      const milestones = parent.fields.milestones.map((m, n) => (n >= own ? m + shift : m));
      root = putPart(root, segment.path.slice(0, -1), parent.with("milestones", milestones));
    }
    return root;
  }
  // The rate at the joint, and at the ends of the neighbours that met it.
  moveRate(root, rate) {
    const segments = segmentsOf(root, this.total, this.segments);
    const meets = segments.map((segment, n) => n > 0 && segments[n - 1].to === segment.from && meeting(segments[n - 1].last, segment.first));
    const { segment: n, joint } = this.handle;
    const own = segments[n];
    const local = joint === -1 ? own.local(own.from) : joint === "last" ? own.span : own.joints[joint];
    const nodes = segments.map(segment => segment.node);
    const set = (k, place, value) => {
      const made = withRate(segments[k], place, value);
      if (made) nodes[k] = plainStart(made);
      const at = where => segments[k].post(nodes[k].at(Math.max(where, 0)));
      return { first: at(segments[k].local(segments[k].from)), last: segments[k].to < Infinity ? at(segments[k].span) : segments[k].last };
    };
    const spread = (k, ends) => {
      for (let left = k, value = ends.first; left > 0 && meets[left]; left--) {
        if (meeting(segments[left - 1].last, value)) break;
        value = set(left - 1, segments[left - 1].span, value).first;
      }
      for (let right = k, value = ends.last; right + 1 < segments.length && meets[right + 1]; right++) {
        const next = segments[right + 1];
        if (meeting(next.first, value)) break;
        value = set(right + 1, next.local(next.from), value).last;
      }
    };
    spread(n, set(n, local, rate));
    return putParts(root, segments.flatMap((segment, k) => (nodes[k] === segment.node ? [] : [[segment.path, nodes[k]]])));
  }
}

// The number that shapes the body of a segment, if it has one.
export function shapeOf(segment) {
  if (segment._shape === undefined) segment._shape = findShape(segment);
  return segment._shape;
}

function findShape(segment) {
  const middle = segment.local((segment.from + Math.min(segment.end, segment.to)) / 2);
  const numbers = numbersOf(segment.node).filter(number => !isLength(number) && !isRate(number) && !isShare(number) && !number.field.integer && number.index === null);
  const found = answers(segment.node, numbers, made => [made.at(middle)], number => (Math.abs(number.value) || 1) * 2 ** -8);
  return found.find(([number]) => number.name !== "factor" && number.name !== "offset")?.[0] ?? null;
}

// The segment with its body drawn through a rate: its shape, found by halving.
export function withBody(segment, number, local, rate) {
  const { low, high, typical } = number.field;
  const least = typical ? typical[0] / 8 : Math.abs(number.value) / 50;
  let [a, b] = [Math.max(low ?? least, least), Math.min(high ?? Infinity, typical ? typical[1] * 8 : 50 * Math.abs(number.value) || 1)];
  if ((low ?? -1) < 0 && number.value < 0) [a, b] = [low ?? 8 * (typical?.[0] ?? number.value), b];
  const gap = value => attempt(() => segment.post(putNumber(segment.node, number, value).at(local)) - rate) ?? NaN;
  const rising = gap(b) > gap(a);
  for (let round = 0; round < 40; round++) {
    const middle = a > 0 ? Math.sqrt(a * b) : (a + b) / 2;
    if (gap(middle) < 0 === rising) a = middle;
    else b = middle;
  }
  const value = Number(((a + b) / 2).toPrecision(3));
  return attempt(() => putNumber(segment.node, number, value));
}
