// The expression as a tree of its fields, for what has no handle.
import { FIELDS } from "../javascript/schedule.js";
import { el, choice, entry, pushButton } from "./dom.js";
import { childrenOf, putPart } from "./segments.js";

export function fieldTree(app) {
  return el("div", { class: "panel-body tree" }, treeNode(app, app.schedule, []));
}

function treeNode(app, node, path) {
  const open = node.expand() !== node;
  const head = el("div", { class: "head" }, el("code", {}, node.kind));
  if (open) head.append(pushButton("Expand", () => app.change(putPart(app.schedule, path, node.expand()), `${node.kind} expanded`), { class: "small" }));
  const fields = (FIELDS[node.kind] ?? []).filter(field => field.type !== "schedule").map(field => treeField(app, node, path, field));
  const parts = childrenOf(node).map(([step, part]) => el("li", {}, treeNode(app, part, [...path, step])));
  const box = el("div", { class: "node" }, head);
  if (fields.length) box.append(el("div", { class: "fields" }, ...fields));
  if (parts.length) box.append(el("ul", {}, ...parts));
  return box;
}

function treeField(app, node, path, field) {
  const value = node.fields[field.name];
  const label = `${node.kind}: ${field.name}`;
  const put = made => app.change(() => putPart(app.schedule, path, node.with(field.name, made)), `${field.name} changed`);
  const optional = text => (text === "None" || text === "" ? null : NaN);
  let input;
  if (field.type === "bool") input = choice(label, [["true", "True"], ["false", "False"]], String(value), text => put(text === "true"));
  else if (field.choices.length) input = choice(label, field.choices.map(one => [one, one]), value, put);
  else if (field.many) input = entry(label, value === null ? "None" : [...value].join(", "), text => put(field.optional && optional(text) === null ? null : text.replace(/^\[|\]$/g, "").split(",").map(Number)));
  else input = entry(label, value === null ? "None" : String(value), text => put(field.optional && optional(text) === null ? null : text === "" ? NaN : Number(text)), { inputmode: "decimal" });
  return el("label", { title: field.words }, el("span", {}, field.name), input);
}
