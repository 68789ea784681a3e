// A schedule as a plain function in JavaScript, which needs nothing: the text of its formulas as they run here.
import { SCOPE } from "./data.js";

// What a rate asks for by name alone: no value of these kinds reaches it.
const UNUSED = new Set(["Float", "PyError", "Schedule"]);
const NAMES = /(?<![\w.$])[A-Za-z_]\w*/g;

export function standalone(schedule) {
  const known = new Map();
  const own = [];
  const needed = text => {
    for (const [name] of text.matchAll(NAMES)) {
      if (known.has(name)) continue;
      if (UNUSED.has(name)) known.set(name, `class ${name} {}`);
      if (UNUSED.has(name) || !Object.hasOwn(SCOPE, name)) continue;
      known.set(name, "");
      const value = SCOPE[name];
      const source = typeof value === "function" ? String(value) : literal(value);
      if (typeof value === "function") needed(source);
      known.delete(name);
      known.set(name, /^(function|class) \w/.test(source) ? source : `const ${name} = ${source};`);
    }
  };
  const literal = value => {
    if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
    return value !== null && typeof value === "object" && "at" in value && "kind" in value ? object(value) : literalOf(value);
  };
  const object = node => {
    const made = whole(node);
    const members = Object.keys(made.fields).map(name => `$${name}: ${literal(made[`$${name}`])}`);
    const waiting = ["_rate"];
    const done = new Set(["at", "rates", "kind", "fields", "children", "_compiled"]);
    while (waiting.length) {
      const name = waiting.pop();
      const text = done.has(name) ? null : methodText(made, name);
      done.add(name);
      if (text === null) continue;
      members.push(text);
      needed(text);
      for (const [, other] of text.matchAll(/\bthis\.(\w+)/g)) waiting.push(other);
    }
    own.push(`const s${own.length + 1} = { ${members.join(", ")}, at(step) { return (this.run ??= this._rate())(step); } };`);
    return `s${own.length}`;
  };
  const last = object(schedule);
  const body = [...known.values(), ...own, `return step => ${last}.at(step);`].join("\n").replaceAll(/^/gm, "  ");
  return `// The learning rate of an update, counted from 0:\n// ${String(schedule)}\nconst rate = (() => {\n${body}\n})();\n`;
}

function whole(node) {
  const open = node.expand();
  return open === node ? node : whole(open);
}

// Numbers, and lists of them.
function literalOf(value) {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return `[${Array.from(value, literalOf).join(", ")}]`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

// A table that a schedule has; none where its own fields leave it unused, and it cannot be made.
function memberText(node, name) {
  try {
    return `${name}: ${literalOf(node[name])}`;
  } catch {
    return null;
  }
}

// The text of a method, or of a getter's value, wherever on its chain of prototypes it is defined.
function methodText(node, name) {
  for (let owner = Object.getPrototypeOf(node); owner; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertyDescriptor(owner, name);
    if (found?.get) return memberText(node, name);
    if (found) return typeof found.value === "function" ? String(found.value) : null;
  }
  return null;
}
