// A schedule as JavaScript to paste: its formulas with the numbers of its fields, and the functions that they call.
import { LIBRARY, PyError } from "./python.js";
import { FORMULAS, Schedule } from "./schedule.js";

const HOOKS = ["constructor", "_choice", "_knots", "_horizon", "_check"];

export function standalone(schedule) {
  if (schedule.isStill) throw new PyError("a curve whose formula has no JavaScript cannot be written as a function");
  const objects = [];
  const last = written(schedule, objects);
  const names = new Map([...LIBRARY, ...FORMULAS].map(one => [one.name, one]));
  const needed = needs(objects.map(one => one.text).join("\n"), names);
  const declared = [...needed].reverse().map(name => declaration(name, names.get(name)));
  const made = objects.map(({ name, kind, text }) => {
    const isNamed = [...needed].find(one => names.get(one) === kind);
    return `  const ${name} = ${isNamed ? `Object.setPrototypeOf(${text}, ${isNamed}.prototype)` : text};`;
  });
  const comment = String(schedule).length <= 100 ? [`// ${schedule}`] : [];
  return [...comment, "const learningRate = (() => {", ...declared, ...made, `  return step => ${last}.at(step);`, "})();"].join("\n");
}

// Enters a schedule and its parts as the texts of objects; returns the name of the last.
function written(node, objects) {
  const schedule = node.expand();
  const literal = value => (value instanceof Schedule ? written(value, objects) : Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value));
  const fields = Object.entries(schedule.fields).map(([name]) => {
    const value = schedule[`$${name}`];
    return `$${name}: ${literal(ArrayBuffer.isView(value) ? Array.from(value) : value)}`;
  });
  const methods = ["at(step) { return (this.rate ??= this._rate())(step); }"];
  for (let home = Object.getPrototypeOf(schedule); home !== Schedule.prototype; home = Object.getPrototypeOf(home)) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(home))) {
      if (!HOOKS.includes(name) && typeof (get ?? value) === "function") methods.push(get ? tableText(schedule, name) ?? String(get) : String(value));
    }
  }
  const name = `s${objects.length + 1}`;
  objects.push({ name, kind: schedule.constructor, text: `{ ${[...fields, ...methods].join(", ")} }` });
  return name;
}

// What a getter has made of the fields, if it is numbers: what makes them, as growing cycles, need not be written.
function tableText(schedule, name) {
  const plain = value => (ArrayBuffer.isView(value) ? Array.from(value) : Array.isArray(value) ? value.map(plain) : value);
  try {
    const text = JSON.stringify(plain(schedule[name]));
    return /^[[\]\d.,e+-]+$/.test(text) ? `${name}: ${text}` : null;
  } catch {
    return null;
  }
}

// The names that a text uses, and those that these use.
function needs(text, names, found = new Set()) {
  for (const [name] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
    if (!names.has(name) || found.has(name)) continue;
    found.add(name);
    if (!isKind(names.get(name))) needs(String(names.get(name)), names, found);
  }
  return found;
}

const isKind = one => one.prototype instanceof Schedule;

function declaration(name, one) {
  const text = String(one);
  if (isKind(one)) return `  class ${name} {}`;
  return text.startsWith("class") || text.startsWith("function") ? `  ${text}` : `  const ${name} = ${text};`;
}
