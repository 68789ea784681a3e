// What lies around the curve: its checks, the kept curves, and the panel that is open.
import { numberText, rateText } from "./axes.js";
import { copyPanel } from "./copy.js";
import { el, pushButton } from "./dom.js";
import { PANELS } from "./layout.js";
import { CHECKED } from "./lint.js";
import { numbersIn } from "./numbers.js";
import { presetPanel } from "./presets.js";
import { jointTable } from "./table.js";
import { fieldTree } from "./tree.js";

export function drawChecks(app) {
  const words = { error: "Error", warning: "Warning", note: "Note" };
  const items = app.findings.map(one => el("li", { class: one.severity },
    el("span", { class: "badge" }, words[one.severity]), el("span", {}, el("code", {}, one.code), ` ${one.sentence}`),
    fixButton(app, one)));
  app.checks.replaceChildren(
    items.length ? el("ul", {}, ...items) : el("p", { class: "hint" }, app.whole ? "Nothing found." : `Nothing found by the ${CHECKED.length} checks of this page; lrkit lint has more.`));
}

function fixButton(app, finding) {
  let fix = null;
  try {
    fix = finding.fix?.();
  } catch {
    fix = null;
  }
  return fix ? pushButton("Fix", () => app.change(fix, `${finding.code} mended`), { class: "small", "aria-label": `Fix ${finding.code}` }) : "";
}

export function drawLegend(app) {
  const { ghosts } = app.state;
  const items = ghosts.map((text, k) => el("span", { class: `ghost-name ghost${k}` },
    el("i", { "aria-hidden": "true" }), el("code", { title: text }, text),
    pushButton("Swap", () => app.swap(k), { class: "small", "aria-label": `Swap with kept curve ${k + 1}` }),
    pushButton("×", () => app.drop(k), { class: "quiet", "aria-label": `Remove kept curve ${k + 1}` })));
  if (app.points) items.push(el("span", { class: "ghost-name log" }, el("i", { "aria-hidden": "true" }), el("span", {}, app.points.words), pushButton("×", () => ((app.points = null), app.rest()), { class: "quiet", "aria-label": "Remove the log" })));
  app.legend.replaceChildren(...items);
}

export function openPanel(app) {
  const { panel } = app;
  const makers = { phases: () => jointTable(app), presets: () => presetPanel(app, app.data.presets), parts: () => fieldTree(app), numbers: () => numbersTable(app), copy: () => copyPanel(app) };
  Object.keys(PANELS).forEach((name, k) => {
    app.tabs.children[k].setAttribute("aria-selected", String(name === panel));
    app.tabs.children[k].tabIndex = name === panel ? 0 : -1;
  });
  app.body.setAttribute("aria-labelledby", app.id(panel));
  const key = panel === "presets" ? `${panel} ${app.budget.total}` : null;
  if (key && app.bodyKey === key) return;
  app.bodyKey = key;
  const focused = app.body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  app.body.replaceChildren(makers[panel]());
  if (focused) [...app.body.querySelectorAll("[aria-label]")].find(one => one.getAttribute("aria-label") === focused)?.focus({ preventScroll: true });
}

function numbersTable(app) {
  const { total } = app.budget;
  const runs = [["this", app.numbers], ...app.ghosts.map((ghost, k) => [`kept ${k + 1}`, numbersIn(ghost, total)])];
  const share = value => `${Number((100 * value).toPrecision(3))}%`;
  const rows = { "Peak": "peak", "First update": "first", "Last update": "last", "Lowest after the peak": "lowest", "Mean": "mean", "Sum of rates": "sum", "Warm-up": "warmup", "Steps above half": "half", "At the floor": "floor" };
  return el("div", { class: "panel-body scroll", tabindex: "0", role: "region", "aria-label": "Numbers of the curves" }, el("table", { class: "numbers" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Over the run"), ...runs.map(([name]) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...Object.entries(rows).map(([words, key]) => el("tr", {}, el("th", { scope: "row" }, words),
      ...runs.map(([, numbers]) => el("td", {}, key === "warmup" || key === "floor" ? share(numbers[key]) : key === "half" ? numberText(numbers[key]) : rateText(numbers[key], 5))))))));
}
