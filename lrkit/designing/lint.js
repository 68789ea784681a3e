// What is wrong with a plan, as far as a page without Python can see it: the codes and rules of `lrkit lint`.
import { rateText } from "./axes.js";
import { Move, withRate } from "./moves.js";
import { handlesOf, putPart, segmentsOf } from "./segments.js";
import { make } from "../javascript/schedule.js";

const SEEN = 0.01;
const TINY = 1e-9;
const SEVERITIES = ["error", "warning", "note"];
export const CHECKED = ["start/zero-update", "peak/never", "warmup/too-long", "join/jump", "horizon/long", "floor/never", "horizon/short", "floor/early", "end/rises", "rate/negative", "rate/huge"];

const n = step => Math.round(step).toLocaleString("en-US");
const percent = share => `${Math.round(100 * share)}%`;

// A schedule, its run, and what is seen of both; the fixes move joints, as a hand would.
class Plan {
  constructor(schedule, budget) {
    const { total } = budget;
    const end = Math.max(total, Math.min(schedule.horizon, 2 ** 50));
    const stop = 2 * end + 2;
    const knots = schedule.knots({ quick: true, stop }).slice(0, 2000);
    const steps = new Set([0, 1, total - 1, total, end]);
    for (const knot of knots) for (const near of [-1, 0, 1]) steps.add(Math.floor(knot) + near).add(Math.ceil(knot) + near);
    for (let k = 0; k <= 600; k++) steps.add(Math.floor((total * k) / 600)).add(Math.floor((stop * k) / 600));
    const all = Float64Array.from(steps).sort().filter(step => step >= 0 && step <= stop);
    const rates = schedule.rates(all);
    Object.assign(this, { schedule, budget, total, end, knots, steps: all, rates, segments: segmentsOf(schedule, total) });
    const inside = all.findIndex(step => step >= total);
    this.run = rates.subarray(0, inside);
    this.peak = this.run.reduce((a, b) => (b > a ? b : a), -Infinity);
    this.peakAt = all[this.run.findIndex(rate => rate >= this.peak - TINY * Math.abs(this.peak))];
    this.last = schedule.at(total - 1);
    this.descent = this.fall();
  }
  // From the first peak of the curve down to its first floor.
  fall() {
    const { rates, steps, knots } = this;
    const high = rates.reduce((a, b) => (b > a ? b : a), -Infinity);
    const tiny = TINY * rates.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const first = rates.findIndex(rate => rate >= high - tiny);
    let stop = first + 1;
    while (stop < rates.length && rates[stop] - rates[stop - 1] <= tiny) stop++;
    let low = first;
    while (rates[low] > rates[stop - 1] + tiny) low++;
    const rises = stop < rates.length ? steps[stop - 1] : null;
    const knot = knots.find(one => one >= steps[low]);
    const near = knot !== undefined && !(rises !== null && knot > rises) && knot - steps[low] <= 1e-3 * steps[low];
    const levels = new Set(rates.slice(first, stop).map(rate => Math.round(rate / (tiny || 1)))).size;
    const [peak, floor, floorAt] = [rates[first], rates[low], near ? Math.ceil(knot) : steps[low]];
    const depth = peak > 0 ? 1 - floor / peak : 0;
    const ends = depth > TINY && (rises !== null || floorAt <= this.end);
    return { start: steps[first], peak, floor, floorAt, rises, depth, ends, holds: ends && rises === null && levels >= 10 };
  }
  // The schedule with the joint that lies at a step moved to another; null if there is none.
  moved(step, target, push = false) {
    const handles = handlesOf(this.segments);
    const number = handles.findLastIndex(handle => Math.abs(handle.step - step) <= 1);
    if (number < 0) return null;
    const move = new Move(this.schedule, this.total, handles, number);
    const made = move.sideways ? move.to({ step: target, push }) : null;
    return made && String(made) !== String(this.schedule) ? made : null;
  }
}

function* zeroUpdate({ schedule, total, steps, run }) {
  if (schedule.at(0) !== 0) return;
  const other = run.findIndex(rate => rate !== 0);
  if (other < 0) return yield [0, `Every rate of the run of ${n(total)} updates is 0: nothing is learned. Give a rate above 0.`];
  let [low, high] = [steps[other - 1], steps[other]];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (schedule.at(middle) === 0) low = middle;
    else high = middle;
  }
  if (high < 2 && total > 10) return;
  const which = high === 1 ? "The first update has" : `The first ${n(high)} updates have`;
  yield [0, `${which} the rate 0 and change${high === 1 ? "s" : ""} nothing; step ${n(high)} is the first that learns.`, () => make("ShiftLR", { schedule, shift_steps: -high })];
}

function* peakNever(plan) {
  const { rates, steps, total, peak, peakAt } = plan;
  const top = rates.reduce((a, b) => (b > a ? b : a), -Infinity);
  const at = steps[rates.indexOf(top)];
  const rising = peakAt === total - 1 && total > 1 && plan.schedule.at(total - 2) < peak;
  if (top <= 0 || (peak >= 0.95 * top && !(at >= total && rising))) return;
  const tenth = Math.max(Math.floor(total / 10), 1);
  yield [peakAt, `The highest rate of the ${n(total)} updates is ${rateText(peak)}, at step ${n(peakAt)}; the schedule's peak, ${rateText(top)}, comes at step ${n(at)}. Shorten the warm-up to at most ${n(tenth)} steps.`, () => plan.moved(at, tenth, true)];
}

function* warmupTooLong(plan) {
  const { peakAt, total, peak, schedule, steps, rates } = plan;
  if (peakAt <= total / 3 || schedule.at(0) > peak / 2 || plan.descent.rises !== null) return;
  for (let k = 1; steps[k] <= peakAt; k++) if (rates[k] < rates[k - 1] - TINY * peak) return;
  const tenth = Math.max(Math.floor(total / 10), 1);
  yield [peakAt, `The warm-up reaches the peak at step ${n(peakAt)} of ${n(total)}, ${percent(peakAt / total)} of the run. Warm up for ${n(tenth)} steps, a tenth of it.`, () => plan.moved(peakAt, tenth, true)];
}

function* joinJump(plan) {
  const { schedule, segments, total, end, peak } = plan;
  for (const [k, right] of segments.entries()) {
    const step = right.from;
    if (!k || !(step >= 2 && step < Math.min(total, end) - 1) || step % 1) continue;
    const [early, left, here, late] = [-2, -1, 0, 1].map(d => schedule.at(step + d));
    const [into, leap, out] = [left - early, here - left, late - here];
    if (Math.abs(leap) <= Math.max(SEEN * peak, 2 * Math.abs(into), 2 * Math.abs(out))) continue;
    if (into <= 0 && (leap > 0 || into < 0 || (into === 0 && out === 0))) continue;
    const fix = () => {
      const made = withRate(segments[k - 1], segments[k - 1].span, right.first);
      return made && putPart(schedule, segments[k - 1].path, made);
    };
    yield [step, `At step ${n(step)} the rate jumps from ${rateText(left)} to ${rateText(here)}: the two parts do not meet. Let the first end where the second begins.`, fix];
  }
}

// How much of the fall is left at the last update.
function left({ descent, total, last }) {
  if (!descent.ends || descent.floorAt <= total || descent.start >= total) return 0;
  return (last - descent.floor) / (descent.peak - descent.floor);
}

function unfinished(plan) {
  const { descent, total, last } = plan;
  const sentence = `The run ends at step ${n(total - 1)} with the rate ${rateText(last)}, ${percent(left(plan))} of the fall before it: the decay to ${rateText(descent.floor)} ends at step ${n(descent.floorAt)}. Let it end at step ${n(total)}.`;
  return [total - 1, sentence, () => plan.moved(descent.floorAt, total)];
}

function over(plan) {
  const { descent, total } = plan;
  const sentence = `From step ${n(descent.floorAt)} on, for ${percent((total - descent.floorAt) / total)} of the ${n(total)} updates, the rate stays at ${rateText(descent.floor)}. Let the decay end at step ${n(total)}.`;
  return [descent.floorAt, sentence, () => plan.moved(descent.floorAt, total)];
}

function* endRises(plan) {
  const { schedule, total, peak, last, descent, knots } = plan;
  if (last > peak / 2 || peak <= 0 || (descent.rises !== null && descent.rises < total - 1)) return;
  const stop = total + Math.max(2, Math.floor(total / 10));
  const places = [total, Math.floor((total + stop) / 2), stop, ...knots.filter(knot => knot >= total && knot <= stop).map(Math.floor)];
  const at = places.reduce((a, b) => (schedule.at(b) > schedule.at(a) ? b : a));
  if (schedule.at(at) - last < SEEN * peak) return;
  yield [at, `The run ends at step ${n(total - 1)} with ${rateText(last)}, and the schedule then rises, to ${rateText(schedule.at(at))} at step ${n(at)}. Hold the rate.`, () => make("HoldLR", { schedule, hold_steps: total })];
}

const RULES = {
  "start/zero-update": ["warning", zeroUpdate],
  "peak/never": ["error", peakNever, ["warmup/too-long", "horizon/long", "floor/never"]],
  "warmup/too-long": ["warning", warmupTooLong],
  "join/jump": ["warning", joinJump],
  "horizon/long": ["warning", function* (plan) { if (left(plan) > 0.1) yield unfinished(plan); }],
  "floor/never": ["warning", function* (plan) { if (left(plan) > SEEN && left(plan) <= 0.1) yield unfinished(plan); }],
  "horizon/short": ["warning", function* (plan) { if (plan.descent.holds && plan.descent.depth > 0.5 && plan.descent.floorAt <= plan.total / 2) yield over(plan); }, ["floor/early"]],
  "floor/early": ["warning", function* (plan) {
    const { descent, total } = plan;
    if (descent.holds && descent.floor <= SEEN * descent.peak && total - descent.floorAt >= 0.05 * total) yield over(plan);
  }],
  "end/rises": ["note", endRises],
  "rate/negative": ["error", function* ({ schedule, run, steps, peak }) {
    const low = run.reduce((a, b) => (b < a ? b : a), Infinity);
    if (low >= -1e-12 * peak) return;
    const first = steps[run.findIndex(rate => rate < 0)];
    const words = `The rate is below 0 from step ${n(first)} on, and lowest with ${rateText(low)} at step ${n(steps[run.indexOf(low)])}. Keep it at 0 or above.`;
    yield [first, words, () => make("ClipLR", { schedule, min_lr: 0 })];
  }],
  "rate/huge": ["error", function* ({ peak, peakAt }) {
    if (peak > 100) yield [peakAt, `The rate is ${rateText(peak)} at step ${n(peakAt)}, above 100. Look for a missing minus sign in the exponent, or a factor that is taken for a rate.`, null];
  }],
};

// The findings, the gravest first. A fix is made when it is asked for, and null if no joint can be moved.
export function lintOf(schedule, budget) {
  if (!(budget.total < 2 ** 50)) return [];
  const plan = new Plan(schedule, budget);
  if (![...plan.rates].every(Number.isFinite)) return [{ code: "rate/huge", severity: "error", step: 0, sentence: "A rate of the run is no number.", fix: null }];
  const found = [];
  for (const [code, [severity, rule, hides = []]] of Object.entries(RULES))
    for (const [step, sentence, fix] of rule(plan)) found.push({ code, severity, step, sentence, fix, hides });
  const hidden = new Set(found.flatMap(one => one.hides));
  return found.filter(one => !hidden.has(one.code)).sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.step - b.step);
}
