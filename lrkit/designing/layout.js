// What the designer consists of: its elements, each of which it knows by a name.
import { UNIT_NAMES } from "./budget.js";
import { choice, el, entry, pushButton } from "./dom.js";

export const PANELS = { phases: "Phases", presets: "Presets", parts: "Fields", numbers: "Numbers", copy: "Copy" };

export function layOut(app) {
  const tool = (text, work, properties) => pushButton(text, work, properties);
  app.undoButton = tool("Undo", () => app.back(), { title: "Ctrl+Z" });
  app.redoButton = tool("Redo", () => app.forth(), { title: "Ctrl+Shift+Z" });
  app.scaleButton = tool("Log scale", () => app.view({ log: !app.state.view.log }), { "aria-pressed": "false" });
  app.pushButton = tool("Shift later phases", () => app.togglePush(), { "aria-pressed": "false", title: "Moving a joint pushes what comes later, in place of making the next phase shorter (also: hold Shift)" });
  app.unitChoice = choice("Axis", Object.keys(UNIT_NAMES).map(unit => [unit, { step: "Updates", epoch: "Epochs", sample: "Samples", token: "Tokens", hour: "Hours", progress: "Progress" }[unit]]), "step", unit => app.view({ unit }));
  app.crossButton = tool("Cross-hair", () => app.reading.switch(!app.reading.whole), { "aria-pressed": "false", title: "All numbers of a step (also: hold H over the curve)" });
  app.batchButton = tool("Batch ×…", () => app.askBatch(), { "aria-expanded": "false", title: "The same run with another batch size" });
  app.keepButton = tool("Keep as ghost", () => app.keep(), { title: "Keep the present curve as a dashed ghost (K)" });
  app.linkButton = tool("Copy link", () => app.copyLink());
  app.budgetField = entry("Budget", "", text => app.setBudget(text), { class: "budget", placeholder: "updates=10000" });
  app.sentence = el("span", { class: "sentence" });
  app.readout = el("p", { class: "readout" });
  app.plot = el("div", { class: "plot", role: "group", "aria-label": "Curve and its handles" });
  app.legend = el("div", { class: "legend" });
  app.box = el("textarea", { rows: 3, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-label": "Expression", oninput: () => app.typed(), onchange: () => app.commit() });
  app.error = el("p", { class: "error", role: "status" });
  app.said = el("p", { class: "said", "aria-live": "polite" });
  app.told = el("p", { class: "told", "aria-live": "polite" });
  app.checks = el("section", { class: "checks", "aria-label": "Checks" });
  app.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Panels" }, ...Object.entries(PANELS).map(([name, words]) =>
    el("button", { type: "button", role: "tab", id: app.id(name), "aria-controls": app.id("body"), onclick: () => app.open(name), onkeydown: event => tabKey(app, event) }, words)));
  app.body = el("div", { class: "panel", role: "tabpanel", id: app.id("body"), tabindex: "-1" });
  app.asked = el("form", { class: "asked", hidden: true });
  app.batchForm = el("form", { class: "asked batch", hidden: true, "aria-label": "Another batch size" });
  const group = (...parts) => el("div", { class: "group" }, ...parts);
  app.root = el("div", { class: "lrkit-designer" }, el("div", { class: "main" },
    el("div", { class: "bar" },
      group(app.undoButton, app.redoButton), group(app.scaleButton, app.unitChoice, app.crossButton), group(app.pushButton, app.keepButton, app.batchButton, app.linkButton),
      el("label", { class: "run" }, "Budget", app.budgetField), app.batchForm),
    el("div", { class: "facts" }, app.readout, app.sentence),
    el("section", { class: "stage", "aria-label": "Curve" }, app.plot, app.legend),
    el("section", { class: "words", "aria-label": "Expression and checks" }, app.box, el("div", { class: "lines" }, app.error, app.said), app.told, app.checks),
    el("section", { class: "side", "aria-label": "Details" }, app.tabs, app.body)));
  app.plot.append(app.asked);
  app.element.append(app.root);
}

function tabKey(app, event) {
  const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!move) return;
  const names = Object.keys(PANELS);
  const next = names[(names.indexOf(app.panel) + move + names.length) % names.length];
  app.open(next);
  app.tabs.children[names.indexOf(next)].focus();
  event.preventDefault();
}
