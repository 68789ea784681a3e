// The plot: axes, curves, ghosts, points of a log, badges, and where each handle lies.
import { countText, linearScale, linearTicks, logScale, logTicks, powerText, rateRange, rateText } from "./axes.js";
import { MovingPath, pathOf, stepsToDraw, svgNode } from "./curve.js";
import { UNIT_NAMES, unitOf } from "./budget.js";

const MARGIN = { top: 30, right: 18, bottom: 42, left: 62 };
const NARROW = 560;

export class Chart {
  constructor(element) {
    this.element = element;
    this.grid = svgNode("g", { class: "grid" });
    this.marks = svgNode("g", { class: "marks" });
    this.ghosts = svgNode("g", { class: "ghosts" });
    this.points = svgNode("path", { class: "points" });
    this.past = svgNode("rect", { class: "past" });
    this.line = svgNode("path", { class: "curve" });
    this.shadow = svgNode("path", { class: "shadow" });
    this.hit = svgNode("path", { class: "hit" });
    this.cross = svgNode("path", { class: "cross" });
    this.guide = svgNode("path", { class: "guide" });
    this.moving = new MovingPath();
    this.svg = svgNode("svg", { "aria-hidden": "true", focusable: "false" }, this.past, this.grid, this.guide, this.ghosts, this.points, this.marks, this.shadow, this.line, this.hit, this.cross);
    element.prepend(this.svg);
    this.frozen = null;
    this.resize();
  }
  resize() {
    const { clientWidth, clientHeight } = this.element;
    this.width = Math.max(clientWidth, 200);
    this.height = Math.max(clientHeight, 160);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.margin = this.width < NARROW ? { ...MARGIN, left: 50, right: 12 } : MARGIN;
  }
  // New axes for what is shown. During a gesture they stay as they are.
  scale({ schedule, ghosts, points, budget, view, marks }) {
    const { total } = budget;
    const { left, right, top, bottom } = this.margin;
    const x = linearScale(0, total * 1.015, left, this.width - right);
    const rates = [];
    for (const one of [schedule, ...ghosts]) rates.push(...one.rates(stepsToDraw(one, 0, total, 300, true)));
    if (points) rates.push(...points.rates);
    const [low, high] = rateRange(rates, view.log, marks);
    const y = (view.log ? logScale : linearScale)(low, high, this.height - bottom, top);
    Object.assign(this, { x, y, total, budget, view });
    this.drawAxes();
  }
  drawAxes() {
    const { x, y, margin, width, height, budget, view } = this;
    const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
    const nodes = [];
    const label = (text, px, py, anchor, name = "tick") => nodes.push(svgNode("text", { x: px, y: py, "text-anchor": anchor, class: name }, text));
    const rule = (value, name) => nodes.push(svgNode("line", { x1: left, x2: right, y1: y.to(value), y2: y.to(value), class: name }));
    const ticks = view.log ? logTicks(y.low, y.high, 9) : linearTicks(y.low, y.high, Math.max(Math.floor((bottom - top) / 48), 3));
    const power = ticks.some(tick => tick && (Math.abs(tick) < 1e-2 || Math.abs(tick) >= 1e4));
    for (const tick of ticks) {
      rule(tick, tick === 0 ? "base" : "rule");
      label(view.log && power ? powerText(tick) : rateText(tick), left - 10, y.to(tick) + 4, "end");
    }
    if (view.log) {
      rule(0, "base");
      label("0", left - 10, y.zero + 4, "end");
    }
    const unit = unitOf(budget, view.unit) ? view.unit : "step";
    const times = unitOf(budget, unit);
    const marks = linearTicks(0, budget.total * times * (1 + 1e-9), Math.max(Math.floor((right - left) / 84), 3), unit === "step" && budget.total > 4);
    for (const mark of marks) {
      const px = x.to(mark / times);
      nodes.push(svgNode("line", { x1: px, x2: px, y1: bottom, y2: bottom + 5, class: "base" }));
      label(countText(mark, marks.at(-1)), px, bottom + 19, "middle");
    }
    label(UNIT_NAMES[unit], right, height - 7, "end", "name");
    label("learning rate", 12, 17, "start", "name");
    this.grid.replaceChildren(...nodes);
    const end = x.to(budget.total);
    for (const [key, value] of Object.entries({ x: end, y: top, width: Math.max(right - end, 0), height: bottom - top })) this.past.setAttribute(key, value);
  }
  // The curve; `quick` in a gesture. At rest, also ghosts, points and badges.
  draw({ schedule, ghosts, points, findings }, quick = false) {
    const { x, y } = this;
    if (quick) return this.line.setAttribute("d", this.moving.text(schedule, x, y));
    const d = pathOf(schedule, x, y);
    this.line.setAttribute("d", d);
    this.hit.setAttribute("d", d);
    this.ghosts.replaceChildren(...ghosts.map((ghost, k) => svgNode("path", { d: pathOf(ghost, x, y), class: `ghost ghost${k}` })));
    const { margin, height } = this;
    this.points.setAttribute("d", points ? [...points.steps].map((step, k) => `M${x.to(step).toFixed(1)} ${y.to(points.rates[k]).toFixed(1)}h0`).join("") : "");
    this.marks.replaceChildren(
      ...findings.filter(one => one.step <= this.total).flatMap(one => {
        const px = x.to(one.step);
        return [
          svgNode("path", { d: `M${px} ${margin.top}V${height - margin.bottom}`, class: `mark ${one.severity}` }),
          svgNode("path", { d: `M${px - 5} ${margin.top - 8}h10l-5 8z`, class: `flag ${one.severity}` }),
        ];
      }),
    );
  }
  place(handle) {
    const { x, y, margin } = this;
    const px = Math.min(Math.max(x.to(handle.step), margin.left), this.width - margin.right + 4);
    const py = y.to(Math.max(handle.rate, y.low > 0 ? 0 : y.low));
    return [px, Math.min(Math.max(py, margin.top - 4), this.height - margin.bottom)];
  }
  inside(px, py) {
    const { margin } = this;
    return px >= margin.left - 4 && px <= this.width - margin.right + 4 && py >= margin.top - 8 && py <= this.height - margin.bottom + 8;
  }
  // A curve that is only looked at.
  preview(schedule) {
    this.shadow.setAttribute("d", schedule ? pathOf(schedule, this.x, this.y, true) : "");
  }
  // A line at a step, and with a rate a cross-hair; without a step nothing. Returns where it is.
  hover(step, rate = null) {
    const { margin, width, height } = this;
    if (step === null) return this.cross.setAttribute("d", "");
    const [px, py] = this.place({ step, rate: rate ?? 0 });
    this.cross.setAttribute("d", `M${px} ${margin.top}V${height - margin.bottom}` + (rate === null ? "" : `M${margin.left} ${py}H${width - margin.right}`));
    return [px, py];
  }
  // Thin lines from the handle that is held to both axes.
  guideTo(handle) {
    const [px, py] = handle ? this.place(handle) : [];
    this.guide.setAttribute("d", handle ? `M${this.margin.left} ${py}H${px}V${this.height - this.margin.bottom}` : "");
  }
  // A picture of its own of the plot, with the colours that it has here, for a file.
  picture(title) {
    const copy = this.svg.cloneNode(true);
    const originals = this.svg.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((node, k) => {
      const style = getComputedStyle(originals[k]);
      if (originals[k].classList.contains("hit") || originals[k].classList.contains("cross")) return;
      for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"]) node.setAttribute(name, style.getPropertyValue(name));
      if (node.localName === "text") for (const name of ["font-size", "font-family"]) node.setAttribute(name, style.getPropertyValue(name));
    });
    for (const node of copy.querySelectorAll(".hit,.cross,.guide")) node.remove();
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", this.width);
    copy.setAttribute("height", this.height);
    copy.prepend(svgNode("title", {}, title), svgNode("rect", { width: "100%", height: "100%", fill: getComputedStyle(this.element).backgroundColor }));
    return new XMLSerializer().serializeToString(copy);
  }
}

