// A schedule as the path of an SVG: a point at each pixel and at each knot, jumps upright.
import { linearScale, logScale, rateRange } from "./axes.js";

const MOST_KNOTS = 2000;
const NEAR = 0.05;

// The steps to draw between two steps: one a pixel, both sides of each knot, the ends.
export function stepsToDraw(schedule, from, to, pixels, quick = false) {
  const count = Math.max(Math.min(Math.ceil(pixels), 4000), 2);
  const size = (to - from) / count;
  let knots = schedule.knots({ quick, stop: to }).filter(knot => knot > from);
  if (knots.length > MOST_KNOTS) knots = [];
  const steps = new Float64Array(count + 1 + 2 * knots.length);
  for (let k = 0; k < count; k++) steps[k] = from + k * size;
  steps[count] = to;
  const near = Math.max((to - from) * 1e-7, 2 ** -20);
  knots.forEach((knot, k) => {
    steps[count + 1 + 2 * k] = Math.max(knot - near, from);
    steps[count + 2 + 2 * k] = knot;
  });
  return knots.length ? steps.sort() : steps;
}

// The text of a path through points, two digits behind the point; their steps are counted from `begin`. A point is left
// out where the line without it passes within a twentieth of a pixel: a straight line has two.
export function pathText(steps, rates, x, y, begin = 0, pen = "M") {
  let text = "";
  let fromLeft, fromTop, lastLeft, lastTop, low, high;
  let waits = false;
  const put = (left, top) => {
    text += pen + Math.round(left * 100) / 100 + " " + Math.round(top * 100) / 100;
    pen = "L";
    [fromLeft, fromTop, low, high] = [left, top, -Infinity, Infinity];
    waits = false;
  };
  for (let k = 0; k < steps.length; k++) {
    const left = x.to(begin + steps[k]);
    const top = y.to(rates[k]);
    if (!Number.isFinite(top)) {
      if (waits) put(lastLeft, lastTop);
      pen = "M";
      continue;
    }
    if (waits) {
      const slope = (top - fromTop) / (left - fromLeft);
      if (!(slope >= low && slope <= high)) put(lastLeft, lastTop);
    }
    if (pen === "M" || (k === 0 && begin)) put(left, top);
    else {
      low = Math.max(low, (top - fromTop - NEAR) / (left - fromLeft));
      high = Math.min(high, (top - fromTop + NEAR) / (left - fromLeft));
      [lastLeft, lastTop, waits] = [left, top, true];
    }
  }
  if (waits) put(lastLeft, lastTop);
  return text;
}

export function pathOf(schedule, x, y, quick = false) {
  const steps = stepsToDraw(schedule, x.low, x.high, Math.abs(x.to(x.high) - x.to(x.low)), quick);
  return pathText(steps, schedule.rates(steps), x, y);
}

// A path that is drawn again in each frame: a part of a join that stays keeps its text.
export class MovingPath {
  pieces = [];
  text(schedule, x, y) {
    const { schedules, milestones } = schedule.kind === "JoinLR" ? schedule.fields : { schedules: [schedule], milestones: [] };
    this.pieces = schedules.map((part, k) => {
      const made = { part, x, y, from: k ? milestones[k - 1] : 0, to: Math.min(milestones[k] ?? x.high, x.high) };
      const old = this.pieces[k] ?? {};
      if (old.part === part && old.from === made.from && old.to === made.to && old.x === x && old.y === y) return old;
      return { ...made, text: made.from < made.to ? pieceText(made) : "" };
    });
    return this.pieces.map(piece => piece.text).join("");
  }
}

function pieceText({ part, x, y, from, to }) {
  const steps = stepsToDraw(part, 0, (to - from) * (to < x.high ? 1 - 1e-7 : 1), x.to(to) - x.to(from), true);
  return pathText(steps, part.rates(steps), x, y, from, from ? "L" : "M");
}

export const SVG = "http://www.w3.org/2000/svg";

export function svgNode(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// A whole small picture: the curve of a schedule in an SVG. Returns its scales.
export function drawCurve(svg, schedule, { from = 0, to, log = false, width = 320, height = 120, pad = 4 }) {
  const x = linearScale(from, to, pad, width - pad);
  const steps = stepsToDraw(schedule, from, to, width - 2 * pad, true);
  const rates = schedule.rates(steps);
  const [low, high] = rateRange(rates, log);
  const y = (log ? logScale : linearScale)(low, high, height - pad, pad);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  let path = svg.querySelector("path.lrkit-curve");
  if (!path) svg.append((path = svgNode("path", { class: "lrkit-curve", fill: "none" })));
  path.setAttribute("d", pathText(steps, rates, x, y));
  return { x, y };
}
