// The designer: one expression, a run and a view, and all that shows or changes them.
import { parse } from "../javascript/parse.js";
import { countText, numberText, rateText } from "./axes.js";
import { budgetOf, lengthOf, UNIT_NAMES, unitOf } from "./budget.js";
import { Chart } from "./chart.js";
import { copied, copyPanel } from "./copy.js";
import { choice, el, entry, pushButton } from "./dom.js";
import { offsetOf, readLog } from "./drop.js";
import { TYPES, typeOf, withJoint, withoutJoint, withoutPhase, withPhase, withType } from "./edits.js";
import { Handles, shapeHandles } from "./handles.js";
import { isLink, linkOf, stateOf } from "./link.js";
import { CHECKED, lintOf } from "./lint.js";
import { numbersIn, sumTo } from "./numbers.js";
import { presetPanel } from "./presets.js";
import { handlesOf, segmentsOf } from "./segments.js";
import { sameState, stateFrom, Trail } from "./state.js";
import { jointTable } from "./table.js";
import { fieldTree } from "./tree.js";

const START = "WarmUpLR(0.0003, 500).then(ConstantLR(0.0003), 500).then(CosineDecayLR(0.00003, 0.0003, 2000), 8000)";
const PANELS = { phases: "Phases", presets: "Presets", parts: "Fields", numbers: "Numbers", copy: "Copy" };
const TEXT_EVERY = 100;
const LINT_AFTER = 300;

class Designer {
  constructor(element, options) {
    const { onChange, python, url = false, data } = options;
    Object.assign(this, { element, onChange, python, url, data, panel: "phases", push: false, points: null, other: null });
    this.known = options.known ?? data.known ?? {};
    this.build();
    this.chart = new Chart(this.plot);
    this.hands = new Handles(this, this.plot);
    let first = stateFrom(options.state ?? options);
    if (url && isLink(location.hash)) first = this.linked(location.hash) ?? first;
    if (!first.text) first = { ...first, text: START };
    this.first = first;
    this.trail = new Trail(first);
    this.adopt(first);
    this.listen();
  }
  get state() {
    return this.trail.now;
  }
  // What is shown -------------------------------------------------------------------------------------------------
  build() {
    const tool = (text, work, properties) => pushButton(text, work, properties);
    this.undoButton = tool("Undo", () => this.back(), { title: "Ctrl+Z" });
    this.redoButton = tool("Redo", () => this.forth(), { title: "Ctrl+Shift+Z" });
    this.scaleButton = tool("Log scale", () => this.view({ log: !this.state.view.log }), { "aria-pressed": "false" });
    this.pushButton = tool("Shift later phases", () => this.togglePush(), { "aria-pressed": "false", title: "Moving a joint pushes what comes later, in place of making the next phase shorter (also: hold Shift)" });
    this.unitChoice = choice("Axis", Object.keys(UNIT_NAMES).map(unit => [unit, { step: "Updates", epoch: "Epochs", sample: "Samples", token: "Tokens", hour: "Hours", progress: "Progress" }[unit]]), "step", unit => this.view({ unit }));
    this.keepButton = tool("Keep as ghost", () => this.keep(), { title: "Keep the present curve as a dashed ghost (K)" });
    this.linkButton = tool("Copy link", () => this.copyLink());
    this.budgetField = entry("Budget", "", text => this.setBudget(text), { class: "budget", placeholder: "updates=10000" });
    this.sentence = el("span", { class: "sentence" });
    this.readout = el("p", { class: "readout" });
    this.plot = el("div", { class: "plot", role: "group", "aria-label": "Curve and its handles" });
    this.legend = el("div", { class: "legend" });
    this.box = el("textarea", { rows: 3, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-label": "Expression", oninput: () => this.typed(), onchange: () => this.commit() });
    this.error = el("p", { class: "error", role: "status" });
    this.said = el("p", { class: "said", "aria-live": "polite" });
    this.told = el("p", { class: "told", "aria-live": "polite" });
    this.checks = el("section", { class: "checks", "aria-label": "Checks" });
    this.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Panels" }, ...Object.entries(PANELS).map(([name, words]) =>
      el("button", { type: "button", role: "tab", id: this.id(name), "aria-controls": this.id("body"), onclick: () => this.open(name), onkeydown: event => this.tabKey(event) }, words)));
    this.body = el("div", { class: "panel", role: "tabpanel", id: this.id("body"), tabindex: "-1" });
    this.asked = el("form", { class: "asked", hidden: true });
    const group = (...parts) => el("div", { class: "group" }, ...parts);
    this.root = el("div", { class: "lrkit-designer" },
      el("div", { class: "bar" },
        group(this.undoButton, this.redoButton), group(this.scaleButton, this.unitChoice), group(this.pushButton, this.keepButton, this.linkButton),
        el("label", { class: "run" }, "Budget", this.budgetField), this.sentence),
      el("div", { class: "main" },
        el("section", { class: "stage", "aria-label": "Curve" }, this.readout, this.plot, this.legend),
        el("section", { class: "words", "aria-label": "Expression and checks" }, this.box, el("div", { class: "lines" }, this.error, this.said), this.told, this.checks),
        el("section", { class: "side", "aria-label": "Details" }, this.tabs, this.body)));
    this.plot.append(this.asked);
    this.element.append(this.root);
  }
  id(name) {
    return `${(this.prefix ??= `lrkit-${Math.random().toString(36).slice(2, 8)}`)}-${name}`;
  }
  listen() {
    this.observer = new ResizeObserver(() => {
      const { width, height } = this.chart;
      this.chart.resize();
      if (width !== this.chart.width || height !== this.chart.height) this.rest();
    });
    this.observer.observe(this.plot);
    this.plot.addEventListener("pointerleave", () => this.hover(null));
    this.root.addEventListener("dragover", event => event.preventDefault());
    this.root.addEventListener("drop", event => this.dropped(event));
    this.onKey = event => this.key(event);
    this.root.addEventListener("keydown", this.onKey);
    if (!this.url) return;
    this.onPop = () => this.popped();
    window.addEventListener("popstate", this.onPop);
    window.addEventListener("hashchange", this.onPop);
  }
  destroy() {
    this.observer.disconnect();
    window.removeEventListener("popstate", this.onPop);
    window.removeEventListener("hashchange", this.onPop);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.linting);
    this.root.remove();
  }
  // An expression, in which `total` and `epoch` are those of the run.
  read(text, budget = this.budget) {
    const names = budget ? { total: budget.total, ...(budget.epoch ? { epoch: budget.epoch } : {}) } : {};
    return parse(text, names);
  }
  // A state is taken as it is: read, and drawn.
  adopt(state) {
    this.typing = null;
    try {
      this.budget = budgetOf(state.budget || "", this.known);
      this.sentence.classList.remove("wrong");
    } catch (error) {
      this.budget ??= null;
      if (state.budget) this.budgetWrong = error.message;
    }
    try {
      this.schedule = this.read(state.text);
      this.complaint = "";
    } catch (error) {
      this.complaint = error.message;
      this.schedule ??= parse(START);
    }
    if (!state.budget || !this.budget) this.budget = { ...budgetOf(`updates=${Math.max(Math.min(this.schedule.horizon, 2 ** 50), 1)}`), text: "" };
    this.ghosts = state.ghosts.flatMap(text => {
      try {
        return [this.read(text)];
      } catch {
        return [];
      }
    });
    this.showText(state.text);
    this.rest();
  }
  showText(text) {
    if (this.box.value !== text) this.box.value = text;
    this.error.textContent = this.complaint ?? "";
    this.box.setAttribute("aria-invalid", String(Boolean(this.complaint)));
  }
  // All that is drawn at rest: axes anew, handles, table, checks.
  rest() {
    const { view } = this.state;
    this.chart.scale({ schedule: this.schedule, ghosts: this.ghosts, points: this.points, budget: this.budget, view, marks: this.marks() });
    this.findings = lintOf(this.schedule, this.budget);
    this.lintAll();
    this.frameNow(false);
    this.describe();
    this.name();
    this.tools();
    this.openPanel();
    this.drawChecks();
    this.drawLegend();
    this.hover(null);
  }
  // Where Python is behind the page, all codes are looked for, once the hands rest.
  lintAll() {
    clearTimeout(this.linting);
    this.whole = false;
    if (!this.python) return;
    const { text, budget } = this.state;
    this.linting = setTimeout(async () => {
      const { findings } = await this.python({ kind: "lint", text, budget, steps: this.budget.total }).catch(() => ({}));
      if (!findings || this.state.text !== text || this.state.budget !== budget) return;
      this.findings = findings.map(one => ({ ...one, fix: one.fix ? () => this.read(one.fix) : null }));
      this.whole = true;
      this.frameNow(false);
      this.drawChecks();
    }, LINT_AFTER);
  }
  marks() {
    const { budget, schedule } = this;
    return [...handlesOf(segmentsOf(schedule, budget.total)).map(handle => handle.rate), schedule.at(Math.max(budget.total - 1, 0))];
  }
  // One frame: the curve and the handles.
  frameNow(quick = true) {
    this.segments = segmentsOf(this.schedule, this.budget.total);
    const joints = handlesOf(this.segments);
    this.joints = joints;
    for (const handle of joints) handle.sideways = handle.edge > 0 || (handle.joint >= 0 && !handle.loose);
    this.handles = [...joints, ...shapeHandles(this.segments, this.schedule)].filter(handle => Number.isFinite(handle.rate));
    this.handles.sort((a, b) => a.step - b.step || (a.shape ? 1 : 0) - (b.shape ? 1 : 0));
    this.chart.draw({ schedule: this.schedule, ghosts: this.ghosts, points: this.points, findings: this.findings ?? [] }, quick);
    this.hands.show(this.handles, this.chart);
  }
  // Names for the handles, and what is said of them.
  name(only) {
    this.joints.forEach((handle, k) => this.nameHandle(handle, k, this.joints));
    this.hands.name(only);
  }
  nameHandle(handle, k, joints) {
    const { edge, joint, segment } = handle;
    const before = edge ? `${this.wordsOf(edge - 1)} to ${this.wordsOf(edge)}` : "";
    handle.name = k === 0 && !handle.sideways ? "start" : before ? `joint ${k}: ${before}` : k === joints.length - 1 ? `end of ${this.wordsOf(segment)}` : `joint ${k} in ${this.wordsOf(segment)}`;
    handle.removable = joint >= 0 && /^Piecewise(Linear|Cosine)LR$/.test(this.segments[segment].node.kind);
  }
  wordsOf(index) {
    const { node, first, last } = this.segments[index];
    const type = typeOf(node);
    if (type === "line") return node.kind === "WarmUpLR" || (index === 0 && first < last) ? "warm-up" : "line";
    return type ? TYPES[type].words.toLowerCase() : node.kind;
  }
  describe() {
    const { schedule, budget } = this;
    this.numbers = budget.total < 2 ** 50 ? numbersIn(schedule, budget.total) : { peak: schedule.at(0), warmup: 0 };
    this.peak = this.numbers.peak;
  }
  summary() {
    const { peak, warmup } = this.numbers;
    const { total } = this.budget;
    return `Peak ${rateText(peak)} at step ${numberText(Math.round(warmup * total))}; ends at ${rateText(this.schedule.at(total))}, step ${numberText(total)}${this.schedule.isStill ? ". A part of it is a still curve: its formula is Python's alone" : ""}`;
  }
  say(text) {
    this.said.textContent = text;
  }
  // What a gesture has led to, for those who do not see it.
  tell() {
    this.said.textContent = "";
    this.told.textContent = this.summary();
  }
  tools() {
    const { trail, state } = this;
    this.undoButton.disabled = !trail.past.length;
    this.redoButton.disabled = !trail.future.length;
    this.scaleButton.setAttribute("aria-pressed", String(state.view.log));
    this.pushButton.setAttribute("aria-pressed", String(this.push));
    this.keepButton.disabled = this.ghosts.length >= 4;
    this.unitChoice.value = state.view.unit;
    for (const option of this.unitChoice.options) option.disabled = !unitOf(this.budget, option.value);
    if (document.activeElement !== this.budgetField) this.budgetField.value = state.budget;
    this.sentence.textContent = this.budgetWrong ?? this.budgetSentence();
    this.sentence.classList.toggle("wrong", Boolean(this.budgetWrong));
    this.budgetWrong = undefined;
  }
  budgetSentence() {
    const { total, epoch, size, token } = this.budget;
    const words = [`${numberText(total)} updates`];
    if (epoch) words.push(`${numberText(epoch)} an epoch`);
    if (size > 1) words.push(`${numberText(size)} samples each`);
    if (token) words.push(`${countText(total * token)} tokens`);
    return words.join(" · ");
  }
  drawChecks() {
    const words = { error: "Error", warning: "Warning", note: "Note" };
    const items = this.findings.map(one => el("li", { class: one.severity },
      el("span", { class: "badge" }, words[one.severity]), el("span", {}, el("code", {}, one.code), ` ${one.sentence}`),
      this.fixButton(one)));
    this.checks.replaceChildren(
      items.length ? el("ul", {}, ...items) : el("p", { class: "hint" }, this.whole ? "Nothing found." : `Nothing found by the ${CHECKED.length} checks of this page; lrkit lint has more.`));
  }
  fixButton(finding) {
    let fix = null;
    try {
      fix = finding.fix?.();
    } catch {
      fix = null;
    }
    return fix ? pushButton("Fix", () => this.change(fix, `${finding.code} mended`), { class: "small", "aria-label": `Fix ${finding.code}` }) : "";
  }
  drawLegend() {
    const { ghosts } = this.state;
    const items = ghosts.map((text, k) => el("span", { class: `ghost-name ghost${k}` },
      el("i", { "aria-hidden": "true" }), el("code", { title: text }, text),
      pushButton("Swap", () => this.swap(k), { class: "small", "aria-label": `Swap with kept curve ${k + 1}` }),
      pushButton("×", () => this.drop(k), { class: "quiet", "aria-label": `Remove kept curve ${k + 1}` })));
    if (this.points) items.push(el("span", { class: "ghost-name log" }, el("i", { "aria-hidden": "true" }), el("span", {}, this.points.words), pushButton("×", () => ((this.points = null), this.rest()), { class: "quiet", "aria-label": "Remove the log" })));
    this.legend.replaceChildren(...items);
  }
  open(name) {
    this.panel = name;
    this.openPanel();
  }
  tabKey(event) {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const names = Object.keys(PANELS);
    const next = names[(names.indexOf(this.panel) + move + names.length) % names.length];
    this.open(next);
    this.tabs.children[names.indexOf(next)].focus();
    event.preventDefault();
  }
  openPanel() {
    const { panel } = this;
    const makers = { phases: () => jointTable(this), presets: () => presetPanel(this, this.data.presets), parts: () => fieldTree(this), numbers: () => this.numbersTable(), copy: () => copyPanel(this) };
    Object.keys(PANELS).forEach((name, k) => {
      this.tabs.children[k].setAttribute("aria-selected", String(name === panel));
      this.tabs.children[k].tabIndex = name === panel ? 0 : -1;
    });
    this.body.setAttribute("aria-labelledby", this.id(panel));
    const key = panel === "presets" ? `${panel} ${this.budget.total}` : null;
    if (key && this.bodyKey === key) return;
    this.bodyKey = key;
    const focused = this.body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    this.body.replaceChildren(makers[panel]());
    if (focused) [...this.body.querySelectorAll("[aria-label]")].find(one => one.getAttribute("aria-label") === focused)?.focus({ preventScroll: true });
  }
  numbersTable() {
    const { total } = this.budget;
    const runs = [["this", this.numbers], ...this.ghosts.map((ghost, k) => [`kept ${k + 1}`, numbersIn(ghost, total)])];
    const share = value => `${Number((100 * value).toPrecision(3))}%`;
    const rows = { "Peak": "peak", "First update": "first", "Last update": "last", "Lowest after the peak": "lowest", "Mean": "mean", "Sum of rates": "sum", "Warm-up": "warmup", "Steps above half": "half", "At the floor": "floor" };
    return el("div", { class: "panel-body scroll", tabindex: "0", role: "region", "aria-label": "Numbers of the curves" }, el("table", { class: "numbers" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Over the run"), ...runs.map(([name]) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...Object.entries(rows).map(([words, key]) => el("tr", {}, el("th", { scope: "row" }, words),
        ...runs.map(([, numbers]) => el("td", {}, key === "warmup" || key === "floor" ? share(numbers[key]) : key === "half" ? numberText(numbers[key]) : rateText(numbers[key], 5))))))));
  }
  // Gestures ------------------------------------------------------------------------------------------------------
  begin() {
    this.before = this.state;
    this.kept = this.schedule;
  }
  // Work that makes a schedule, drawn in the next frame; `now` does not wait for it.
  preview(work, now = false) {
    this.work = work;
    if (now) return this.pending();
    this.frame ||= requestAnimationFrame(() => this.pending());
  }
  pending() {
    this.frame = 0;
    const { work } = this;
    if (!work) return;
    this.work = null;
    const made = work();
    if (!made) return;
    this.schedule = made;
    this.frameNow();
    const { held, keys } = this.hands;
    const number = (held ?? keys)?.number;
    if (number !== undefined) this.pointAt(this.handles[number]);
    const time = performance.now();
    if (time - (this.written ?? 0) < TEXT_EVERY) return;
    this.written = time;
    this.complaint = "";
    const state = { ...this.state, text: String(made) };
    this.showText(state.text);
    this.name(number);
    this.onChange?.(state);

  }
  // The end of a gesture: one entry of the trail.
  commit() {
    if (this.frame) {
      cancelAnimationFrame(this.frame);
      this.pending();
    }
    if (this.typing) {
      const { typing } = this;
      this.typing = null;
      if (!this.complaint && typing !== this.state.text) this.go({ ...this.state, text: typing });
      return;
    }
    this.go({ ...this.state, text: String(this.schedule) });
    this.tell();
  }
  cancel() {
    if (!this.kept) return;
    this.work = null;
    this.schedule = this.kept;
    this.adopt(this.state);
  }
  // A new state, with a way back to the present one.
  go(state) {
    this.kept = null;
    this.chart.guideTo(null);
    if (sameState(state, this.state)) return this.adopt(this.state);
    this.trail = this.trail.with(state);
    if (this.url) history.pushState({ lrkit: this.trail.past.length }, "", linkOf(state));
    this.adopt(state);
    this.onChange?.(state);
  }
  // An edit that is not a drag: a schedule, or work that makes one.
  change(made, words) {
    let schedule = made;
    try {
      if (typeof made === "function") schedule = made();
    } catch (error) {
      return this.refuse(error.message);
    }
    if (!schedule) return;
    this.go({ ...this.state, text: String(schedule) });
    this.say(words);
    this.told.textContent = this.summary();
  }
  refuse(message) {
    this.complaint = message;
    this.error.textContent = message;
    this.complaint = "";
    this.openPanel();
  }
  edit(handle, change) {
    if (Object.values(change).some(Number.isNaN)) return this.refuse("Write a number, such as 3e-4 for a rate, or 500, 25%, 0.1dur or 2ep for a step");
    this.change(() => {
      const number = this.handles.indexOf(handle);
      const move = this.hands.take(number);
      const step = change.step === undefined ? undefined : move.clamp(change.step, this.push);
      return move.to({ ...change, step, push: this.push });
    }, `${handle.name ?? handle.shape.name} moved`);
  }
  addJoint(step) {
    this.change(() => withJoint(this.schedule, this.budget.total, step), `A joint at step ${numberText(step)}`);
  }
  addAfter(handle) {
    const later = this.handles.find(one => !one.shape && one.step > handle.step);
    const to = later?.step ?? this.budget.total;
    this.addJoint(Math.round((handle.step + to) / 2));
  }
  removeJoint(handle) {
    const made = withoutJoint(this.schedule, this.budget.total, handle);
    if (!made) return this.say(`${handle.name} belongs to ${this.segments[handle.segment].node.kind}, and cannot be taken away alone`);
    this.change(made, `${handle.name} removed`);
  }
  addPhase(type) {
    this.change(() => withPhase(this.schedule, this.budget.total, type), "A phase added");
  }
  removePhase(index) {
    this.change(() => withoutPhase(this.schedule, this.budget.total, index), `Phase ${index + 1} removed`);
  }
  retype(index, type) {
    if (type) this.change(() => withType(this.schedule, this.budget.total, index, type), `Phase ${index + 1} is now ${TYPES[type].words}`);
  }
  // The field for numbers at a handle.
  ask(number) {
    const handle = this.handles[number];
    const button = this.hands.buttons[number];
    const fields = handle.shape ? { value: [handle.shape.name, rateText(handle.shape.value)] } : { ...(handle.sideways ? { step: ["Step", String(handle.step)] } : {}), rate: ["Rate", rateText(handle.rate, 6)] };
    const inputs = Object.entries(fields).map(([key, [words, value]]) => [key, el("input", { type: "text", value, "aria-label": `${words} of ${handle.name ?? "the phase"}`, inputmode: "decimal" }), words]);
    const close = () => {
      if (this.asked.hidden) return;
      this.asked.hidden = true;
      button.focus();
    };
    const [px, py] = this.chart.place(handle);
    this.asked.replaceChildren(...inputs.map(([, input, words]) => el("label", {}, words, input)), el("button", { type: "submit" }, "Set"));
    this.asked.onsubmit = event => {
      event.preventDefault();
      const change = {};
      for (const [key, input] of inputs) if (input.value !== fields[key][1]) change[key] = key === "step" ? lengthOf(input.value, this.budget) : Number(input.value || NaN);
      close();
      if (Object.keys(change).length) this.edit(handle, change);
    };
    this.asked.onkeydown = event => {
      event.stopPropagation();
      if (event.key === "Escape") close();
    };
    this.asked.hidden = false;
    this.asked.style.left = `${Math.min(Math.max(px - 70, 4), this.chart.width - 250)}px`;
    this.asked.style.top = `${py > 90 ? py - 84 : py + 26}px`;
    inputs[0][1].focus();
    inputs[0][1].select();
  }
  // The expression box --------------------------------------------------------------------------------------------
  typed() {
    const text = this.box.value;
    this.typing = text;
    try {
      this.schedule = this.read(text);
      this.complaint = "";
    } catch (error) {
      this.complaint = error.message;
    }
    this.error.textContent = this.complaint;
    this.box.setAttribute("aria-invalid", String(Boolean(this.complaint)));
    if (!this.complaint) {
      if (!this.state.budget) this.budget = { ...budgetOf(`updates=${Math.max(Math.min(this.schedule.horizon, 2 ** 50), 1)}`), text: "" };
      this.rest();
    }
  }
  // The run, the view, the ghosts ----------------------------------------------------------------------------------
  async setBudget(text) {
    try {
      if (text) await this.counted(text);
    } catch (error) {
      this.sentence.textContent = error.message;
      this.sentence.classList.add("wrong");
      return;
    }
    this.go({ ...this.state, budget: /^\d+$/.test(text) ? `updates=${text}` : text });
  }
  // A budget is counted here, or by Python where that is behind the page.
  async counted(text) {
    try {
      return budgetOf(text, this.known);
    } catch (error) {
      if (!this.python) throw error;
      const { known } = await this.python({ kind: "budget", budget: text });
      this.known = { ...this.known, ...known };
      return budgetOf(text, this.known);
    }
  }
  view(change) {
    this.go({ ...this.state, view: { ...this.state.view, ...change } });
  }
  togglePush() {
    this.push = !this.push;
    this.tools();
  }
  keep() {
    const { text, ghosts } = this.state;
    if (ghosts.length >= 4 || this.complaint) return;
    this.go({ ...this.state, ghosts: [...ghosts, text] });
    this.say("The present curve is kept");
  }
  swap(k) {
    const { text, ghosts } = this.state;
    this.go({ ...this.state, text: ghosts[k], ghosts: ghosts.with(k, text) });
  }
  drop(k) {
    this.go({ ...this.state, ghosts: this.state.ghosts.toSpliced(k, 1) });
  }
  // A curve that is only shown, in a preset under the pointer.
  compareWith(schedule) {
    this.chart.preview(schedule);
  }
  // The way back ---------------------------------------------------------------------------------------------------
  back() {
    this.walk(this.trail.undone());
  }
  forth() {
    this.walk(this.trail.redone());
  }
  walk(trail) {
    if (trail === this.trail) return;
    this.trail = trail;
    if (this.url) history.pushState({}, "", linkOf(trail.now));
    this.adopt(trail.now);
    this.onChange?.(trail.now);
    this.tell();
  }
  popped() {
    const state = isLink(location.hash) ? this.linked(location.hash) : this.first;
    if (!state || sameState(state, this.state)) return;
    const { trail } = this;
    this.trail = trail.past.length && sameState(trail.past.at(-1), state) ? trail.undone() : trail.future.length && sameState(trail.future[0], state) ? trail.redone() : trail.with(state);
    this.adopt(this.state);
    this.onChange?.(this.state);
  }
  linked(hash) {
    if (!isLink(hash)) return null;
    try {
      return stateFrom(stateOf(hash));
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }
  async copyLink() {
    const link = (this.url ? location.href.split("#")[0] : "") + linkOf(this.state);
    this.say((await copied(link)) ? "The link is copied" : link);
  }
  // Others ---------------------------------------------------------------------------------------------------------
  key(event) {
    const { target } = event;
    const writing = target.matches("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !writing) {
      event.preventDefault();
      if (event.shiftKey) this.forth();
      else this.back();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "y" && !writing) (event.preventDefault(), this.forth());
    else if (!writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.key === "k") this.keep();
      else if (event.key === "s" && this.ghosts.length) this.swap(0);
    }
  }
  hover(px) {
    const { chart } = this;
    if (px === null || this.hands.held) {
      chart.hover(null);
      if (px === null) this.readout.textContent = this.summary();
      return;
    }
    const step = Math.min(Math.max(Math.round(chart.x.from(px)), 0), this.budget.total);
    chart.hover(chart.x.to(step));
    this.readAt(step);
  }
  pointAt(handle) {
    if (!handle) return;
    this.chart.guideTo(this.hands.held || this.hands.keys ? handle : null);
    this.readAt(handle.step, handle.rate);
  }
  // Where a step is, in every unit that the run knows, and what is there.
  readAt(step, known) {
    const { budget, schedule } = this;
    const rate = known ?? schedule.at(step);
    const words = [`step ${numberText(step)}`];
    for (const unit of ["epoch", "token"]) {
      const times = unitOf(budget, unit);
      if (times) words.push(unit === "epoch" ? `epoch ${numberText(Number((step * times).toFixed(2)))}` : `${countText(step * times)} tokens`);
    }
    words.push(`rate ${rateText(rate)}`);
    if (!this.hands.held && !this.hands.keys && step > 0) words.push(`sum so far ${rateText(sumTo(schedule, step), 3)}`);
    if (this.ghosts.length && !this.hands.held) {
      const other = this.ghosts[0].at(step);
      words.push(other ? `${rate >= other ? "+" : "−"}${Number((100 * Math.abs(rate / other - 1)).toPrecision(3))}% of kept 1` : `kept 1 ${rateText(other)}`);
    }
    this.readout.textContent = words.join("  ·  ");
  }
  async dropped(event) {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    await this.takeLog(file);
  }
  async takeLog(file) {
    try {
      const log = await readLog(file);
      const times = { step: 1, epoch: this.budget.epoch, sample: 1 / this.budget.sample, token: 1 / this.budget.token }[log.unit];
      if (!Number.isFinite(times)) throw new Error(`${file.name} counts ${log.unit}s: give the run its data, samples=… batch=…`);
      const steps = log.steps.map(step => step * times);
      const { offset, error } = offsetOf(this.schedule, { steps, rates: log.rates });
      const near = error < 1e-4 ? `as planned${offset ? `, ${offset > 0 ? "one update early" : "one update late"}` : ""}` : `differs by up to ${Number((100 * error).toPrecision(2))}% of its peak`;
      this.points = { steps, rates: log.rates, words: `${file.name}: ${numberText(log.count)} rates of ${log.column}, ${near}` };
      this.rest();
      this.say(`${this.points.words}. lrkit identify ${file.name} says which schedule it is`);
      if (this.python) {
        const found = await this.python({ kind: "identify", name: file.name, ...log.content });
        if (found?.text) this.change(() => parse(found.text), "The schedule of the log");
      }
    } catch (error) {
      this.say(error.message);
    }
  }
}

// A designer in an element. `data` is what page.py knows besides formulas. `options`: text, budget, ghosts, view;
// onChange(state); python(request); url: true for a page of its own, whose address and history it may use.
export function designer(element, data, options = {}) {
  const app = new Designer(element, { ...options, data });
  const set = value => {
    const state = typeof value === "string" ? { ...app.state, text: value } : stateFrom({ ...app.state, ...value });
    if (!sameState(state, app.state)) {
      app.trail = app.trail.with(state);
      app.adopt(state);
    }
  };
  return { set, get: () => app.state, destroy: () => app.destroy() };
}
