// A curve of the documentation, alive: a slider for each number of its schedule, in place of the still picture.
import { parse } from "../javascript/parse.js";
import { FIELDS, parts, replace } from "../javascript/schedule.js";
import { countText, linearScale, linearTicks, rateRange, rateText } from "./axes.js";
import { pathText, stepsToDraw, svgNode } from "./curve.js";
import { linkOf } from "./link.js";

const LIVE_MOST = 8;
const LIVE_NOTCHES = 240;
const LIVE_MARGIN = { left: 58, right: 12, top: 28, bottom: 40 };
const LIVE_NARROW = 480;

// What of a schedule, or else of its parts, can be moved: numbers and choices, in the order in which they are written.
export function liveNumbers(schedule) {
  const found = [];
  for (const { path, schedule: part } of parts(schedule)) {
    for (const field of FIELDS[part.kind] ?? []) {
      const value = part.fields[field.name];
      if (field.choices.length && typeof value === "string") found.push({ path, field, at: null, value });
      if (field.type !== "int" && field.type !== "float") continue;
      if (typeof value === "number") found.push({ path, field, at: null, value });
      else if (Array.isArray(value) && value.length <= 4) value.forEach((one, at) => found.push({ path, field, at, value: one }));
    }
    if (found.length && path.length === 0) break;
  }
  return found.slice(0, LIVE_MOST);
}

// From where to where a slider goes: twice the number, within its domain.
export function liveRange({ field, value }) {
  const size = value === 0 ? field.typical?.[1] ?? 1 : 2 * Math.abs(value);
  const low = field.low ?? (value < 0 || field.unit === "" && field.symbol === "" ? -size : 0);
  const high = field.high ?? Math.max(size, low + size);
  const notch = field.integer ? 1 : (high - low) / LIVE_NOTCHES;
  return {
    low: field.lowOpen ? low + notch : low,
    high: field.highOpen ? high - notch : high,
    notch: field.integer ? Math.max(1, Math.round((high - low) / LIVE_NOTCHES)) : notch,
  };
}

// A number as short as the slider's notch lets it be.
export function liveRound(number, { low, high, notch }, integer) {
  if (integer) return Math.round(number);
  const digits = Math.max(1, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / notch)));
  const short = Number(number.toPrecision(digits));
  return short < low ? low : short > high ? high : short;
}

// Puts a live curve into an element with `data-text`, the expression; leaves it alone if there is nothing to move.
export function live(element) {
  let schedule;
  try {
    schedule = parse(element.dataset.text);
  } catch {
    return;
  }
  const numbers = liveNumbers(schedule);
  if (!numbers.length) return;
  const what = element.dataset.what || "learning rate", first = schedule;
  const node = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const svg = svgNode("svg", { role: "img" });
  const title = svgNode("title"), grid = svgNode("g", { class: "grid" }), line = svgNode("path", { class: "curve" });
  svg.append(title, grid, line);
  const sliders = node("div", { class: "sliders" }), told = node("p", { class: "told", "aria-live": "polite" });
  const code = node("code"), open = node("a", {}, "Open in the designer"), reset = node("button", { type: "button" }, "Reset");
  const foot = node("div", { class: "foot" }, code, reset, open);
  const figure = node("div", { class: "live" }, svg, sliders, told, foot);

  let width = 0, height = 0, stop = 0, x, y;
  const scale = () => {
    width = Math.max(Math.round(figure.clientWidth), 240);
    height = Math.round(Math.min(340, Math.max(200, width * 0.45)));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    const { left, right, top, bottom } = LIVE_MARGIN;
    stop = Math.max(1, Math.max(schedule.horizon, 1) * 1.1);
    if (!Number.isFinite(stop)) stop = first.horizon * 1.1;
    x = linearScale(0, stop, left, width - right);
    const [low, high] = rateRange(schedule.rates(stepsToDraw(schedule, 0, stop, width)), false);
    y = linearScale(low, high, height - bottom, top);
    const most = width < LIVE_NARROW ? 4 : 7;
    grid.replaceChildren();
    const text = (words, attributes) => {
      const made = svgNode("text", attributes);
      made.textContent = words;
      grid.append(made);
    };
    for (const tick of linearTicks(low, high, 6)) {
      grid.append(svgNode("line", { x1: left, x2: width - right, y1: y.to(tick), y2: y.to(tick) }));
      text(rateText(tick), { x: left - 8, y: y.to(tick) + 4, "text-anchor": "end" });
    }
    for (const tick of linearTicks(0, stop, most, true)) text(countText(tick), { x: x.to(tick), y: height - bottom + 18, "text-anchor": "middle" });
    text(what, { x: 0, y: 14 });
    text("step", { x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" });
  };
  const draw = (quick) => {
    const steps = stepsToDraw(schedule, 0, stop, width - LIVE_MARGIN.left - LIVE_MARGIN.right, quick);
    line.setAttribute("d", pathText(steps, schedule.rates(steps), x, y));
  };
  const tell = () => {
    const text = schedule.toString();
    code.textContent = text;
    title.textContent = `${what} of ${text}: ${rateText(schedule.at(0))} at step 0, ${rateText(schedule.at(stop))} at step ${countText(Math.round(stop))}`;
    open.href = `${element.dataset.designer}${linkOf({ text })}`;
    reset.disabled = schedule === first;
  };
  const settle = () => {
    scale();
    draw(false);
    tell();
  };

  const rows = numbers.map((number) => {
    const { path, field, at } = number, isChoice = typeof number.value === "string";
    const range = isChoice ? null : liveRange(number);
    const name = `${field.name}${at === null ? "" : `[${at}]`}`;
    const input = isChoice ? node("select", { "aria-label": name }, ...field.choices.map((one) => new Option(one)))
      : node("input", { type: "range", min: range.low, max: range.high, step: "any", "aria-label": name });
    const output = node("output");
    const show = (value) => {
      input.value = value;
      if (isChoice) return;
      output.textContent = field.integer ? value.toLocaleString("en-US") : rateText(value);
      input.setAttribute("aria-valuetext", `${output.textContent} ${field.unit ? `${field.unit}s` : ""}`.trim());
    };
    const moved = (value) => {
      const part = parts(schedule).find((one) => one.path.join() === path.join()).schedule;
      const before = part.fields[field.name];
      const after = at === null ? value : before.map((one, k) => (k === at ? value : one));
      try {
        schedule = replace(schedule, path, part.with(field.name, after));
        told.textContent = "";
        show(value);
      } catch (error) {
        told.textContent = error.message;
        show(at === null ? before : before[at]);
      }
      draw(true);
    };
    if (isChoice) input.addEventListener("input", () => moved(input.value));
    else input.addEventListener("input", () => moved(liveRound(Number(input.value), range, field.integer)));
    input.addEventListener("change", settle);
    input.addEventListener("keydown", (event) => {
      const times = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!times || isChoice) return;
      event.preventDefault();
      const next = Number(input.value) + times * range.notch;
      moved(liveRound(Math.min(range.high, Math.max(range.low, next)), range, field.integer));
      settle();
    });
    show(number.value);
    sliders.append(node("label", {}, node("span", {}, name), input, output));
    return { show, value: number.value };
  });
  reset.addEventListener("click", () => {
    schedule = first;
    told.textContent = "";
    for (const row of rows) row.show(row.value);
    settle();
  });
  for (const still of element.querySelectorAll(".picture")) still.remove();
  element.append(figure);
  settle();
  new ResizeObserver(() => {
    if (Math.max(Math.round(figure.clientWidth), 240) !== width) settle();
  }).observe(figure);
}

// Every live curve of a page.
export function liveAll() {
  document.querySelectorAll(".lrkit-live").forEach(live);
}
