// The table of joints and phases: all that the handles do, in numbers.
import { choice, el, entry, pushButton } from "./dom.js";
import { TYPES, typeOf } from "./edits.js";
import { numberText, rateText } from "./axes.js";
import { lengthOf } from "./budget.js";

const rateOf = text => (text.trim() === "" ? NaN : Number(text.replaceAll("_", "")));

// The numbers of the table in the middle of a gesture, which makes no other rows.
export function updateTable(app) {
  for (const [input, value] of app.cells ?? []) {
    const text = input.isConnected && value();
    if (text && input.value !== text && input !== document.activeElement) input.value = text;
  }
}

export function jointTable(app) {
  const cells = (app.cells = []);
  const joints = app.handles.filter(handle => !handle.shape);
  const rows = [];
  const row = (...cells) => rows.push(el("tr", {}, ...cells));
  joints.forEach((handle, k) => {
    const name = handle.name;
    const step = handle.sideways
      ? entry(`${name}: step`, numberText(handle.step), text => app.edit(handle, { step: lengthOf(text, app.budget) }), { inputmode: "decimal" })
      : el("span", { class: "fixed" }, numberText(handle.step));
    const rate = entry(`${name}: rate`, rateText(handle.rate, 6), text => app.edit(handle, { rate: rateOf(text) }), { inputmode: "decimal" });
    if (handle.sideways) cells.push([step, () => numberText(app.joints[k]?.step)]);
    cells.push([rate, () => rateText(app.joints[k]?.rate, 6)]);
    const remove = handle.edge || handle.removable ? pushButton("×", () => app.removeJoint(handle), { class: "quiet", "aria-label": `Remove ${name}` }) : "";
    row(el("th", { scope: "row" }, el("span", { class: "dot", "aria-hidden": "true" }), `${k + 1}`), el("td", {}, step), el("td", {}, rate), el("td", { class: "last" }, remove));
    const next = joints[k + 1];
    if (!next || next.segment !== handle.segment || handle.joint === -1) if (handle.joint === -1) phaseRow(app, handle.segment, row);
  });
  return el("div", { class: "panel-body" },
    el("table", { class: "joints" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Joint"), el("th", { scope: "col" }, "Step"), el("th", { scope: "col" }, "Rate"), el("td", {}))),
      el("tbody", {}, ...rows)),
    el("div", { class: "line-up" },
      choice("Add a phase", [["", "Add a phase…"], ...Object.entries(TYPES).map(([key, type]) => [key, type.words])], "", type => type && app.addPhase(type))),
    el("p", { class: "hint" }, "Steps may be written 0.1dur, 25% or 2ep. Double-click the curve to add a joint, a joint to remove it."));
}

function phaseRow(app, index, row) {
  const segment = app.segments[index];
  const type = typeOf(segment.node);
  const options = Object.entries(TYPES).map(([key, one]) => [key, one.words]);
  const words = segment.node.kind.replace(/LR$/, "");
  if (!type) options.unshift(["", words]);
  const bend = app.handles.find(handle => handle.shape && handle.segment === index);
  const shape = bend
    ? el("label", { class: "shape" }, bend.shape.name, entry(`Phase ${index + 1}: ${bend.shape.name}`, rateText(bend.shape.value), text => app.edit(bend, { value: rateOf(text) })))
    : "";
  const remove = app.segments.length > 1 ? pushButton("×", () => app.removePhase(index), { class: "quiet", "aria-label": `Remove phase ${index + 1}` }) : "";
  row(el("td", { class: "phase" }, el("span", { class: "bar-line", "aria-hidden": "true" })),
    el("td", { colspan: bend ? 1 : 2 }, choice(`Phase ${index + 1}: type`, options, type ?? "", key => app.retype(index, key))),
    ...(bend ? [el("td", {}, shape)] : []), el("td", { class: "last" }, remove));
}
