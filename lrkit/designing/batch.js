// Another batch size: the schedule as `lrkit.rescale` makes it, the budget, and what changes, before it is done.
import { FIELDS, make } from "../javascript/schedule.js";
import { numberText, rateText } from "./axes.js";
import { budgetOf, budgetWords } from "./budget.js";
import { choice, el, pushButton } from "./dom.js";
import { isLength, isRate, isSchedule } from "./segments.js";

const RULES = { linear: ["Linear, × k (SGD)", k => k], sqrt: ["Square root, × √k (Adam)", Math.sqrt] };
const CLOSE = 1e-12;

// The schedule whose rate at a step is `factor` times the rate at `k` times that step. Where the fields that are declared
// as lengths and rates say that, it has the same shape.
export function resized(schedule, k, factor) {
  const whole = stretched(schedule, k);
  const plain = factor === 1 ? whole : make("ScaleLR", { schedule: whole, factor });
  return [[k, factor], [k, 1]].map(([time, rate]) => {
    const made = attempt(() => changed(schedule, time, rate));
    return made && (rate === factor ? made : make("ScaleLR", { schedule: made, factor }));
  }).find(made => made && same(made, plain)) ?? plain;
}

const stretched = (schedule, k) => (k === 1 ? schedule : make("StretchLR", { schedule, factor: 1 / k }));

function changed(schedule, k, factor) {
  const fields = Object.entries(schedule.fields).map(([name, value]) => {
    const field = FIELDS[schedule.kind].find(one => one.name === name);
    const one = inner => {
      if (isSchedule(inner)) return resized(inner, k, factor);
      if (typeof inner !== "number") return inner;
      if (isLength({ field })) return tidied(inner / k);
      return isRate({ field }) ? tidied(inner * factor) : inner;
    };
    return [name, Array.isArray(value) ? value.map(one) : one(value)];
  });
  return make(schedule.kind, Object.fromEntries(fields));
}

const tidied = value => Number(value.toPrecision(15));

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

function same(one, other) {
  const stop = 2 * Math.min(other.horizon, 2 ** 50);
  const near = other.knots({ quick: true, stop }).slice(0, 500).flatMap(knot => [Math.ceil(knot) - 1, Math.ceil(knot), Math.ceil(knot) + 1]);
  const steps = Float64Array.from([...Array.from({ length: 200 }, (_, n) => Math.floor((n * stop) / 199)), ...near]);
  const [a, b] = [one.rates(steps), other.rates(steps)];
  const peak = b.reduce((most, rate) => Math.max(most, Math.abs(rate)), 0);
  return a.every((rate, n) => Math.abs(rate - b[n]) <= CLOSE * peak);
}

// The budget of as many samples in updates that are `k` times as large.
export function budgetTimes(text, k) {
  const words = budgetWords(text);
  if (words.samples || words.tokens) words.batch ??= 1;
  return Object.entries(words).map(([name, value]) => {
    const times = name === "batch" ? k : name === "updates" || name === "batches" ? 1 / k : name === "updates_per_second" ? 1 / k : 1;
    if (times === 1) return `${name}=${value}`;
    const after = tidied(value * times);
    if (name === "batch" && after % 1) throw new Error(`${value} × ${k} is no whole batch size`);
    return `${name}=${name === "updates" || name === "batches" ? Math.ceil(after) : after}`;
  }).join(" ");
}

// The small form: a factor and a rule, and below them each number before and after.
export function askBatch(app) {
  const { batchForm: form, batchButton: button } = app;
  const times = el("input", { type: "text", value: "2", "aria-label": "Times the batch size", inputmode: "decimal" });
  const rule = choice("Rule for the rate", Object.entries(RULES).map(([key, [words]]) => [key, words]), "linear", () => show());
  const rows = el("tbody");
  const wrong = el("p", { class: "error", role: "status" });
  const apply = el("button", { type: "submit", class: "primary" }, "Apply");
  let made = null;
  const close = () => {
    form.hidden = true;
    button.setAttribute("aria-expanded", "false");
    app.chart.preview(null);
    button.focus();
  };
  const show = () => {
    made = null;
    try {
      const k = Number(times.value || NaN);
      if (!(k > 0 && k < Infinity)) throw new Error("Write a number above 0, such as 2 or 0.5");
      const factor = RULES[rule.value][1](k);
      const { budget, state, peak } = app;
      const text = budgetTimes(state.budget, k);
      const after = text ? budgetOf(text, app.known) : { total: Math.ceil(tidied(budget.total / k)) };
      const changes = [["Peak rate", rateText(peak), rateText(peak * factor)], ["Updates", numberText(budget.total), numberText(after.total)]];
      if (after.size) changes.push(["Samples an update", numberText(budget.size), numberText(after.size)]);
      made = { k, text, schedule: resized(app.schedule, k, factor) };
      rows.replaceChildren(...changes.map(([name, ...values]) => el("tr", {}, el("th", { scope: "row" }, name), ...values.map(value => el("td", {}, value)))));
      wrong.textContent = "";
    } catch (error) {
      wrong.textContent = error.message;
    }
    app.chart.preview(made?.schedule);
    apply.disabled = !made;
  };
  times.addEventListener("input", show);
  form.replaceChildren(
    el("label", {}, "Batch ×", times), el("label", {}, "Rate", rule),
    el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "now"), el("th", { scope: "col" }, "then"))), rows),
    wrong, el("div", { class: "line-up" }, apply, pushButton("Cancel", close)));
  form.onsubmit = event => {
    event.preventDefault();
    if (!made) return;
    close();
    app.go({ ...app.state, text: String(made.schedule), budget: made.text });
    app.say(`The batch is ${made.k} times as large`);
    app.told.textContent = app.summary();
  };
  form.onkeydown = event => event.key === "Escape" && (event.stopPropagation(), close());
  button.setAttribute("aria-expanded", "true");
  form.hidden = false;
  form.style.left = `${Math.max(Math.min(button.offsetLeft, form.parentNode.clientWidth - form.offsetWidth), 0)}px`;
  form.style.top = `${button.offsetTop + button.offsetHeight + 6}px`;
  show();
  times.focus();
  times.select();
}
