// A schedule as the path of an SVG: a point at each pixel and at each knot, jumps upright.
import { linearScale, logScale, rateRange } from "./axes.js";

const MOST_KNOTS = 2000;

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

// The text of a path through points, two digits behind the point.
export function pathText(steps, rates, x, y) {
  let text = "";
  let pen = "M";
  for (let k = 0; k < steps.length; k++) {
    const [left, top] = [x.to(steps[k]), y.to(rates[k])];
    if (Number.isFinite(top)) {
      text += pen + Math.round(left * 100) / 100 + " " + Math.round(top * 100) / 100;
      pen = "L";
    } else pen = "M";
  }
  return text;
}

export function pathOf(schedule, x, y, quick = false) {
  const steps = stepsToDraw(schedule, x.low, x.high, Math.abs(x.to(x.high) - x.to(x.low)), quick);
  return pathText(steps, schedule.rates(steps), x, y);
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
