// Handles: buttons with the role of a slider, for mouse, pen, touch and keyboard, and a field for numbers.
import { Move, shapeOf, withBody } from "./moves.js";
import { numberText, rateText } from "./axes.js";
import { rateUnit, snapRate, snapStep, stepUnit } from "./snap.js";
import { putNumber, putPart } from "./segments.js";

const STILL = 3;
const DOUBLE = 400;

// What the hands do. `app` gives what is shown, takes what a gesture makes, and is told when it ends.
export class Handles {
  constructor(app, element) {
    this.app = app;
    this.element = element;
    this.buttons = [];
    this.held = null;
    this.tapped = { time: 0 };
    element.addEventListener("pointerdown", event => this.down(event));
    element.addEventListener("pointermove", event => this.moved(event));
    element.addEventListener("pointerup", event => this.up(event));
    element.addEventListener("pointercancel", () => this.let(false));
    window.addEventListener("scroll", () => (this.corner = null), { capture: true, passive: true, signal: app.life.signal });
    element.addEventListener("keydown", event => this.key(event));
    element.addEventListener("keyup", event => this.keyUp(event));
    element.addEventListener("focusin", event => this.focused(event.target.dataset.handle));
    element.addEventListener("focusout", () => this.keysEnd());
  }
  // The handles of what is drawn, each a button, in their order; the one with the focus keeps it.
  show(handles, chart) {
    this.shown = handles;
    while (this.buttons.length > handles.length) this.buttons.pop().remove();
    while (this.buttons.length < handles.length) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "slider");
      button.dataset.handle = this.buttons.length;
      this.element.append(button);
      this.buttons.push(button);
    }
    handles.forEach((handle, k) => {
      const [px, py] = chart.place(handle);
      const button = this.buttons[k];
      const kind = `handle ${handle.shape ? "shape" : handle.sideways ? "joint" : "end"}${handle.step > chart.total * 1.02 ? " far" : ""}`;
      if (button.px !== px || button.py !== py) {
        Object.assign(button, { px, py });
        button.style.transform = `translate(${px.toFixed(1)}px,${py.toFixed(1)}px)`;
      }
      if (button.kind !== kind) button.className = button.kind = kind;
    });
  }
  focused(number) {
    if (number !== undefined) this.app.reading.readAt(this.shown[number].step, this.shown[number].rate);
  }
  // Names and values for those who listen: at rest; in a gesture, at most every 100 ms, of the handle that is held.
  name(only = -1) {
    this.shown.forEach((handle, k) => {
      if (only >= 0 && k !== only) return;
      const button = this.buttons[k];
      const { total } = this.app.budget;
      const set = (name, value) => button.getAttribute(name) !== value && button.setAttribute(name, value);
      set("aria-label", handle.name);
      set("aria-orientation", handle.sideways ? "horizontal" : "vertical");
      const shape = handle.shape && handle.shape.value;
      const value = handle.shape ? shape : handle.sideways ? handle.step : handle.rate;
      const top = handle.shape ? Math.max(shape * 2, 1) : handle.sideways ? Math.max(total, value) : Math.max(this.app.peak, value);
      set("aria-valuemin", String(Math.min(0, value)));
      set("aria-valuemax", String(top));
      set("aria-valuenow", String(value));
      set("aria-valuetext", handle.shape ? `${handle.shape.name} ${rateText(shape)}` : `step ${numberText(handle.step)}, rate ${rateText(handle.rate)}`);
    });
  }
  // Taking hold ------------------------------------------------------------------------------------------------------
  take(number) {
    const handle = this.shown[number];
    const { schedule, budget } = this.app;
    if (handle.shape) return new Bend(schedule, handle);
    const joints = this.shown.filter(one => !one.shape);
    return new Move(schedule, budget.total, joints, joints.indexOf(handle));
  }
  where(event) {
    const { left, top } = this.held ? (this.corner ??= this.cornerNow()) : this.cornerNow();
    return [event.clientX - left, event.clientY - top];
  }
  // The corner of the plot on the screen; in a drag it is read once, and again if the page is scrolled.
  cornerNow() {
    const { left, top } = this.element.getBoundingClientRect();
    return { left: left + this.element.clientLeft, top: top + this.element.clientTop };
  }
  down(event) {
    if (event.button || this.held) return;
    const [px, py] = this.where(event);
    if (event.target.closest(".knob")) return void (this.free = null);
    const button = event.target.closest("[data-handle]");
    let number = button ? Number(button.dataset.handle) : -1;
    const { chart } = this.app;
    if (!button) {
      if (!event.target.classList.contains("hit")) return void (this.free = { px, py });
      number = this.bodyAt(chart.x.from(px));
    }
    this.free = { px, py };
    if (number < 0) return;
    if (button) button.focus({ preventScroll: true });
    const [hx, hy] = chart.place(this.shown[number]);
    const move = this.take(number);
    this.held = { number, move, px, py, dx: hx - px, dy: hy - py, still: true, at: move.local?.(chart.x.from(px)), body: !button };
    this.element.setPointerCapture(event.pointerId);
    this.keysEnd();
    this.app.gesture.begin();
    this.app.reading.hover(null);
    event.preventDefault();
  }
  // The handle that a drag of the curve at a step stands for: its shape, or the level.
  bodyAt(step) {
    const inside = this.shown.findIndex(one => one.shape && one.from < step && step < one.to);
    if (inside >= 0) return inside;
    const segment = this.app.segments.findIndex(one => one.level && one.from < step && step < one.to);
    return segment < 0 ? -1 : this.shown.findIndex(one => one.segment === segment && one.joint === -1);
  }
  moved(event) {
    const [px, py] = this.where(event);
    const { held } = this;
    if (!held) return this.app.reading.hover(px);
    if (held.still && Math.hypot(px - held.px, py - held.py) < STILL) return;
    held.still = false;
    const coarse = event.pointerType === "touch" ? 1.5 : 1;
    this.app.gesture.preview(() => this.dragged(held, px, py, event.altKey, event.shiftKey !== this.app.push, coarse));
  }
  dragged(held, px, py, off, push) {
    const { chart, budget } = this.app;
    const handle = held.move.handle;
    const [x, y] = [px + held.dx, py + held.dy];
    const bent = handle.shape && chart.y.from(y);
    const rate = bent ?? snapRate(y > chart.y.to(0) ? 0 : chart.y.from(y), chart.y, { off, others: [handle.rate] });
    let step = handle.step;
    if (held.move.sideways && !held.body && Math.abs(px - held.px) >= STILL) {
      step = snapStep(chart.x.from(x), chart.x, { total: budget.total, epoch: budget.epoch, off });
      step = held.move.clamp(step, push);
    }
    const target = `${step} ${rate} ${push}`;
    if (held.target === target) return null;
    held.target = target;
    return held.move.to({ step, rate, push, at: held.at });
  }
  up(event) {
    const { held } = this;
    if (held && !held.still) return this.let(true);
    if (held) this.let(false);
    const [px, py] = this.where(event);
    const { free, tapped, app } = this;
    if (!free || Math.hypot(px - free.px, py - free.py) > 10) return;
    const reach = event.pointerType === "touch" ? 30 : 14;
    const twice = event.timeStamp - tapped.time < DOUBLE && Math.hypot(px - tapped.px, py - tapped.py) < reach;
    this.tapped = twice ? { time: 0 } : { time: event.timeStamp, px, py };
    if (!twice) return;
    const button = event.target.closest?.("[data-handle]") ?? (held && !held.body ? this.buttons[held.number] : null);
    if (button) return this.remove(Number(button.dataset.handle));
    const { chart } = app;
    const step = snapStep(chart.x.from(px), chart.x, { total: app.budget.total, epoch: app.budget.epoch });
    if (chart.inside(px, py) && Math.abs(chart.y.to(app.schedule.at(Math.max(step, 0))) - py) < reach) app.addJoint(step);
  }
  let(kept) {
    if (!this.held) return;
    this.held = this.corner = null;
    if (kept) this.app.gesture.end();
    else this.app.gesture.cancel();
  }
  remove(number) {
    const handle = this.shown[number];
    if (handle && !handle.shape) this.app.removeJoint(handle);
  }
  // Keys -------------------------------------------------------------------------------------------------------------
  key(event) {
    const number = Number(event.target.dataset?.handle ?? NaN);
    if (Number.isNaN(number)) return;
    const { key } = event;
    if (key === "Escape") {
      this.keys = null;
      return this.held ? this.let(false) : this.app.gesture.cancel();
    }
    if (key === "Enter") return (event.preventDefault(), this.app.ask(number));
    if (key === "Delete" || key === "Backspace") return (event.preventDefault(), this.remove(number));
    if (key === "Insert" || key === "+") return (event.preventDefault(), this.app.addAfter(this.shown[number]));
    const change = this.byKey(event, number);
    if (!change) return;
    event.preventDefault();
    if (!this.keys) {
      this.keys = { number };
      this.app.gesture.begin();
    }
    const move = this.take(number);
    this.app.gesture.preview(() => move.to({ ...change, step: change.step === undefined ? undefined : move.clamp(change.step, this.app.push), push: this.app.push }), true);
  }
  byKey({ key, shiftKey, ctrlKey, metaKey }, number) {
    const handle = this.shown[number];
    const fine = ctrlKey || metaKey;
    const times = shiftKey ? 10 : 1;
    const { budget, peak } = this.app;
    const near = (value, change) => Math.max(Number((value + change).toPrecision(6)), 0);
    const sign = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1 }[key];
    const upright = key === "ArrowUp" || key === "ArrowDown";
    if (handle.shape) {
      const { value, field } = handle.shape;
      const [low, high] = field.typical ?? [value / 8, value * 8];
      const ends = { PageUp: value * 2, PageDown: value / 2, Home: Math.max(low, field.low ?? low), End: Math.min(high, field.high ?? high) }[key];
      if (ends !== undefined) return { value: Number(ends.toPrecision(4)) };
      return sign ? { value: Number((value + sign * times * (fine ? 0.001 : 0.01) * Math.max(Math.abs(value), 0.1)).toPrecision(4)) } : null;
    }
    if (sign && upright) return { rate: near(handle.rate, sign * times * rateUnit(handle.rate, peak) * (fine ? 0.01 : 1)) };
    if (sign) return handle.sideways ? { step: handle.step + sign * times * (fine ? 1 : stepUnit(budget.total)) } : { rate: near(handle.rate, sign * times * rateUnit(handle.rate, peak)) };
    if (key === "PageUp") return { rate: Number((2 * handle.rate).toPrecision(6)) || rateUnit(0, peak) };
    if (key === "PageDown") return { rate: Number((handle.rate / 2).toPrecision(6)) };
    if (key === "Home" || key === "End") return { [handle.sideways ? "step" : "rate"]: key === "Home" ? 0 : handle.sideways ? budget.total : peak };
    return null;
  }
  keyUp(event) {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) this.keysEnd();
  }
  keysEnd() {
    if (!this.keys) return;
    this.keys = null;
    this.app.gesture.end();
  }
}

// The gesture that bends the body of a phase.
export class Bend {
  constructor(root, handle) {
    Object.assign(this, { root, handle });
  }
  local(step) {
    return this.handle.segmentIs.local(step);
  }
  clamp(step) {
    return step;
  }
  to({ rate, at, value }) {
    const { segmentIs: segment, shape } = this.handle;
    const made = value === undefined ? withBody(segment, shape, at ?? segment.local(this.handle.step), rate) : withShape(segment, shape, value);
    return made ? putPart(this.handle.root, segment.path, made) : this.root;
  }
}


function withShape(segment, number, value) {
  try {
    return putNumber(segment.node, number, value);
  } catch {
    return null;
  }
}

// The handles that bend: one in the middle of each phase that has a shape.
export function shapeHandles(segments, root) {
  return segments.flatMap((segment, n) => {
    const shape = segment.level ? null : shapeOf(segment);
    if (!shape) return [];
    const to = Math.min(segment.end, segment.to);
    const step = (segment.from + to) / 2;
    return [{ step, rate: segment.rate(segment.local(step)), segment: n, segmentIs: segment, shape, from: segment.from, to, root, sideways: false }];
  });
}
