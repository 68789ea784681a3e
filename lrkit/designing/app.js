// The designer: one expression, a run and a view, and all that shows or changes them.
import { parse } from "../javascript/parse.js";
import { countText, numberText, rateText } from "./axes.js";
import { askBatch } from "./batch.js";
import { budgetOf, unitOf } from "./budget.js";
import { Chart } from "./chart.js";
import { copied } from "./copy.js";
import { offsetOf, readLog } from "./drop.js";
import { TYPES, typeOf, withJoint, withoutJoint, withoutPhase, withPhase, withType } from "./edits.js";
import { ask } from "./field.js";
import { Gesture } from "./gesture.js";
import { Handles, shapeHandles } from "./handles.js";
import { layOut } from "./layout.js";
import { isLink, linkOf, stateOf } from "./link.js";
import { lintOf } from "./lint.js";
import { numbersIn } from "./numbers.js";
import { drawChecks, drawLegend, openPanel } from "./panels.js";
import { Reading } from "./reading.js";
import { handlesOf, segmentsOf } from "./segments.js";
import { sameState, stateFrom, Trail } from "./state.js";
import { warmUp } from "./warm.js";

const START = "WarmUpLR(0.0003, 500).then(ConstantLR(0.0003), 500).then(CosineDecayLR(0.00003, 0.0003, 2000), 8000)";
const LINT_AFTER = 300;

class Designer {
  constructor(element, options) {
    const { onChange, python, url = false, data } = options;
    Object.assign(this, { element, onChange, python, url, data, panel: "phases", push: false, points: null });
    this.known = options.known ?? data.known ?? {};
    this.life = new AbortController();
    layOut(this);
    this.gesture = new Gesture(this);
    this.chart = new Chart(this.plot);
    this.hands = new Handles(this, this.plot);
    this.reading = new Reading(this);
    let first = stateFrom(options.state ?? options);
    if (url && isLink(location.hash)) first = this.linked(location.hash) ?? first;
    if (!first.text) first = { ...first, text: START };
    this.first = first;
    this.trail = new Trail(first);
    this.adopt(first);
    this.listen();
    warmUp(this);
  }
  get state() {
    return this.trail.now;
  }
  // What is shown -------------------------------------------------------------------------------------------------
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
    this.plot.addEventListener("pointerleave", () => this.reading.hover(null));
    this.root.addEventListener("dragover", event => event.preventDefault());
    this.root.addEventListener("drop", event => this.dropped(event));
    this.root.addEventListener("keydown", event => this.key(event));
    const { signal } = this.life;
    for (const name of ["keydown", "keyup", "blur"]) window.addEventListener(name, event => this.hold(event), { signal });
    if (this.url) for (const name of ["popstate", "hashchange"]) window.addEventListener(name, () => this.popped(), { signal });
  }
  destroy() {
    this.observer.disconnect();
    this.life.abort();
    this.gesture.stop();
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
    openPanel(this);
    drawChecks(this);
    drawLegend(this);
    this.reading.at(this.reading.whole ? this.reading.step : null);
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
      drawChecks(this);
    }, LINT_AFTER);
  }
  marks() {
    const { budget, schedule } = this;
    return [...handlesOf(segmentsOf(schedule, budget.total)).map(handle => handle.rate), schedule.at(Math.max(budget.total - 1, 0))];
  }
  // One frame: the curve and the handles.
  frameNow(quick = true) {
    Object.assign(this, this.holds(this.schedule, quick ? this.segments : []));
    this.chart.draw({ schedule: this.schedule, ghosts: this.ghosts, points: this.points, findings: this.findings ?? [] }, quick);
    this.hands.show(this.handles, this.chart);
  }
  // The segments of a schedule, and what can be held of them.
  holds(schedule, before) {
    const segments = segmentsOf(schedule, this.budget.total, before);
    const joints = handlesOf(segments);
    for (const handle of joints) handle.sideways = handle.edge > 0 || (handle.joint >= 0 && !handle.loose);
    const handles = [...joints, ...shapeHandles(segments, schedule)].filter(handle => Number.isFinite(handle.rate));
    handles.sort((a, b) => a.step - b.step || (a.shape ? 1 : 0) - (b.shape ? 1 : 0));
    return { segments, joints, handles };
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
  // Gestures ------------------------------------------------------------------------------------------------------
  // The handle that is held, by a pointer or by keys.
  heldHandle() {
    const { held, keys } = this.hands;
    return this.handles[(held ?? keys)?.number];
  }
  // What was typed is taken as it stands, if it can be read.
  commit() {
    const { typing } = this;
    this.typing = null;
    if (typing && !this.complaint && typing !== this.state.text) this.go({ ...this.state, text: typing });
  }
  // A new state, with a way back to the present one.
  go(state) {
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
    openPanel(this);
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
  ask(number) {
    ask(this, number);
  }
  askBatch() {
    askBatch(this);
  }
  open(name) {
    this.panel = name;
    openPanel(this);
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
    if (!(k < ghosts.length)) return;
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
      else if (event.key === "s") this.swap(0);
      else if (/^[1-4]$/.test(event.key)) this.swap(event.key - 1);
    }
  }
  // H held down: the cross-hair, where the pointer is over the plot or the focus in the designer.
  hold({ type, key, target, ctrlKey, metaKey, altKey }) {
    const { reading, root } = this;
    if (type !== "keydown") return void (reading.held && (type === "blur" || key?.toLowerCase() === "h") && reading.switch(reading.whole));
    if (key?.toLowerCase() !== "h" || reading.held || ctrlKey || metaKey || altKey || target.matches?.("input, textarea, select")) return;
    if (reading.over || root.contains(target)) reading.switch(reading.whole, true);
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
