// Presets: each function of the catalogue and each published recipe, fitted to the present run.
import { parse } from "../javascript/parse.js";
import { CATALOGUE } from "../javascript/schedule.js";
import { drawCurve, svgNode } from "./curve.js";
import { el } from "./dom.js";
import { rateText } from "./axes.js";

// The value of `total * 0.375 / 300`, of numbers and names: left to right, products first.
export function lengthIn(formula, names) {
  const tokens = formula.match(/[\d._]+(?:e[+-]?\d+)?|[a-z_]+|[-+*/()]/gi) ?? [];
  let at = 0;
  const atom = () => {
    const token = tokens[at++];
    if (token === "(") {
      const value = sum();
      at++;
      return value;
    }
    if (token === "-") return -atom();
    return /^[a-z_]/i.test(token) ? names[token] : Number(token.replaceAll("_", ""));
  };
  const product = () => {
    let value = atom();
    while (tokens[at] === "*" || tokens[at] === "/") value = tokens[at++] === "*" ? value * atom() : value / atom();
    return value;
  };
  const sum = () => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  return sum();
}

const MOST_NOISE = 20000;

// The text of a preset in a run: its lengths are counted, whole steps, rounded up, at least one.
export function fitted(preset, total, peak) {
  const names = { total };
  for (const [name, formula] of Object.entries(preset.lengths)) names[name] = Math.max(Math.ceil(Number(lengthIn(formula, names).toPrecision(15))), 1);
  if ("few" in names) names.few = Math.min(names.few, MOST_NOISE);
  return preset.text.replaceAll(/\{(\w+)[^}]*\}/g, (_, name) => (name === "peak" ? rateText(peak, 6) : name === "low" ? rateText(peak / 10, 6) : String(names[name])));
}

const KEPT = /^[\d_.]+$/;

// Lengths that a recipe keeps in steps stay so, unless they take half of the run; those of another unit are scaled.
export function presetOf(preset, total, peak) {
  const kept = Object.values(preset.lengths).filter(formula => KEPT.test(formula)).map(formula => lengthIn(formula, {}));
  const scaled = preset.recipe && (preset.unit !== "step" || Math.max(0, ...kept) > total / 2);
  const lengths = Object.entries(preset.lengths).map(([name, formula]) => [name, scaled && KEPT.test(formula) ? `${formula} * total / ${preset.steps}` : formula]);
  try {
    return parse(fitted({ ...preset, lengths: Object.fromEntries(lengths) }, total, peak));
  } catch {
    return null;
  }
}

export function presetPanel(app, presets) {
  const { total } = app.budget;
  const group = (title, list) =>
    el("section", { "aria-label": title }, el("p", { class: "title" }, title), el("div", { class: "presets" }, ...list.map(preset => presetButton(app, preset, total))));
  return el("div", { class: "panel-body list", tabindex: "0", role: "region", "aria-label": "Presets" },
    group("Published recipes", presets.filter(one => one.recipe)),
    group("Functions of the catalogue", presets.filter(one => !one.recipe)));
}

function presetButton(app, preset, total) {
  const schedule = presetOf(preset, total, app.peak > 0 ? app.peak : 1e-3);
  const button = el("button", { type: "button", class: "preset", title: preset.title ?? CATALOGUE[preset.name] ?? "" });
  const svg = svgNode("svg", { width: 72, height: 26, "aria-hidden": "true" });
  if (schedule) drawCurve(svg, schedule, { to: total, width: 72, height: 26, pad: 2 });
  button.append(svg, el("span", {}, ...preset.name.split("_").flatMap((word, k) => (k ? ["_", el("wbr"), word] : [word]))));
  button.disabled = !schedule;
  const show = () => app.compareWith(schedule);
  const hide = () => app.compareWith(null);
  button.addEventListener("pointerenter", show);
  button.addEventListener("pointerleave", hide);
  button.addEventListener("focus", show);
  button.addEventListener("blur", hide);
  button.addEventListener("click", () => (hide(), app.change(schedule, `${preset.name}, fitted to ${total.toLocaleString("en-US")} updates`)));
  return button;
}
