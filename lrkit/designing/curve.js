// A schedule as the path of an SVG: a point at each pixel and at each knot, jumps upright.
import { linearScale, logScale, rateRange } from "./axes.js";

const MOST_KNOTS = 2000;
const NEAR = 0.05;

// The steps to draw between two steps: one a pixel, both sides of each knot, the ends.
export function stepsToDraw(schedule, from, to, pixels, quick = false, make = length => new Float64Array(length)) {
  const count = Math.max(Math.min(Math.ceil(pixels), 4000), 2);
  const size = (to - from) / count;
  let knots = schedule.knots({ quick, stop: to }).filter(knot => knot > from);
  if (knots.length > MOST_KNOTS) knots = [];
  const steps = make(count + 1 + 2 * knots.length);
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
  let fromLeft = 0;
  let fromTop = 0;
  let lastLeft = 0;
  let lastTop = 0;
  let low = -Infinity;
  let high = Infinity;
  let waits = false;
  let starts = pen === "M" || begin > 0;
  for (let k = 0; k <= steps.length; k++) {
    const ends = k === steps.length;
    const left = ends ? 0 : x.to(begin + steps[k]);
    const top = ends ? NaN : y.to(rates[k]);
    const gap = !Number.isFinite(top);
    const slope = (top - fromTop) / (left - fromLeft);
    const bends = waits && (gap || !(slope >= low && slope <= high));
    const begins = starts && !gap;
    if (bends || begins) {
      fromLeft = bends ? lastLeft : left;
      fromTop = bends ? lastTop : top;
      text += pen + pointText(fromLeft, fromTop);
      pen = "L";
      low = -Infinity;
      high = Infinity;
      waits = false;
    }
    if (gap && !ends) pen = "M";
    if (!gap && !begins) {
      low = Math.max(low, (top - fromTop - NEAR) / (left - fromLeft));
      high = Math.min(high, (top - fromTop + NEAR) / (left - fromLeft));
      lastLeft = left;
      lastTop = top;
      waits = true;
    }
    starts = gap;
  }
  return text;
}

const pointText = (left, top) => `${Math.round(left * 100) / 100} ${Math.round(top * 100) / 100}`;

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

// Room for the steps and the rates of a piece, which every frame uses again: what is thrown away has to be collected.
const room = Array.from({ length: 2 }, () => new Float64Array(8192));
const inRoom = (number, length) => room[number].subarray(0, length);

function pieceText({ part, x, y, from, to }) {
  const steps = stepsToDraw(part, 0, (to - from) * (to < x.high ? 1 - 1e-7 : 1), x.to(to) - x.to(from), true, length => inRoom(0, length));
  return pathText(steps, part.rates(steps, inRoom(1, steps.length)), x, y, from, from ? "L" : "M");
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
