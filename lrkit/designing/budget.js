// The size of a run: updates from samples, epochs and batches, and other units of the axis.
// What is counted here is `rounding=exact` without a ramp; another budget is counted by Python, and comes with the page.

const COUNTS = ["updates", "samples", "tokens", "batches", "epochs", "batch", "accumulation", "processes", "sequence", "updates_per_second", "hours"];

const FRACTIONS = ["epochs", "hours", "updates_per_second"];

export class BudgetError extends Error {}

// The words `name=number` of a budget.
export function budgetWords(text) {
  const words = {};
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const [, name, value] = word.match(/^([a-z_]+)=(.+)$/i) ?? [];
    if (/^\d+$/.test(word)) words.updates = Number(word);
    else if (!name) throw new BudgetError(`Budget: write name=number, got '${word}'`);
    else words[name] = COUNTS.includes(name) ? budgetNumber(name, value) : value;
  }
  return words;
}

function budgetNumber(name, text) {
  const factors = text.split("*").map(part => (/^[\d._]+(e[+-]?\d+)?$/i.test(part) ? Number(part.replaceAll("_", "")) : NaN));
  const value = factors.reduce((a, b) => a * b, 1);
  const whole = !FRACTIONS.includes(name);
  if (!(value > 0) || value === Infinity || (whole && value % 1)) throw new BudgetError(`Budget: ${name} must be a ${whole ? "whole number >= 1" : "number > 0"}, got '${text}'`);
  return value;
}

// What Python counted for budgets that only it can count: {text: {total, epoch, sample, token, hour}}.
export function budgetOf(text, known = {}) {
  if (known[text]) return { ...known[text], text };
  const words = budgetWords(text);
  for (const name of Object.keys(words))
    if (!COUNTS.includes(name) && !(name === "rounding" && words[name] === "exact")) throw new BudgetError(`Budget: ${name} needs Python: lrkit design --budget "${text}" counts it`);
  const { updates, batches, epochs, batch = 1, accumulation = 1, processes = 1, sequence, updates_per_second: speed, hours } = words;
  const size = batch * accumulation * processes;
  const samples = words.samples ?? (words.tokens && sequence ? words.tokens / sequence : undefined);
  const inEpoch = batches ?? (samples === undefined ? undefined : Math.ceil(samples / (batch * processes)));
  const epoch = inEpoch === undefined ? undefined : Math.ceil(inEpoch / accumulation);
  if (words.tokens && !sequence) throw new BudgetError("Budget: tokens need sequence, the tokens in a sample (1 if batch counts tokens), which is not given");
  let total = updates;
  const agree = (length, name) => {
    if (total !== undefined && total !== length) throw new BudgetError(`Budget: updates=${total} and ${name} contradict one another: ${length} updates`);
    total = length;
  };
  if (epochs !== undefined) {
    if (epoch === undefined) throw new BudgetError("Budget: epochs need samples, tokens or batches: the data of one epoch, which is not given");
    agree(Math.ceil(Number((epochs * epoch).toPrecision(15))), `epochs=${epochs}`);
  }
  if (hours !== undefined && speed) agree(Math.floor(hours * 3600 * speed), `hours=${hours}`);
  if (total === undefined && epoch !== undefined) total = epoch;
  if (total === undefined) throw new BudgetError("Budget: give the data of an epoch (samples, tokens or batches) or a length (updates or hours)");
  if (!Number.isInteger(total) || total < 1 || total > 2 ** 52) throw new BudgetError(`Budget: the run must have from 1 to 2**52 updates, got ${total}`);
  return { text, total, epoch, size, accumulation, processes, sample: size, token: sequence && size * sequence, hour: speed && 1 / (3600 * speed) };
}

// How much of a unit is one update; undefined if the budget does not know.
export function unitOf(budget, unit) {
  if (unit === "step") return 1;
  if (unit === "progress") return 100 / budget.total;
  if (unit === "epoch") return budget.epoch && 1 / budget.epoch;
  return budget[unit] || undefined;
}

export const UNIT_NAMES = { step: "updates", epoch: "epochs", sample: "samples", token: "tokens", hour: "hours", progress: "% of the run" };

// A text such as `500`, `1e3`, `0.1dur`, `2ep` or `25%` in updates; NaN if it is none.
export function lengthOf(text, budget) {
  const [, digits, unit = ""] = text.trim().replaceAll(",", "").replaceAll("_", "").match(/^([\d.]+(?:e[+-]?\d+)?)\s*([a-z%]*)$/i) ?? [];
  const value = digits === undefined ? NaN : Number(digits);
  const times = { "": 1, ba: 1, step: 1, steps: 1, dur: budget.total, "%": budget.total / 100, ep: budget.epoch ?? NaN, epochs: budget.epoch ?? NaN, tok: budget.token ? 1 / budget.token : NaN, sp: budget.sample ? 1 / budget.sample : NaN }[unit.toLowerCase()];
  return Math.round(value * (times ?? NaN));
}
