// A schedule as a plain function of the step, in Python or JavaScript, which needs nothing installed.
import { Float, floatText, isFloat, isNumber, plain, repr } from "./python.js";
import { Term, traced } from "./symbols.js";

const WIDTH = 100;
const LONGEST = [80, 60, 40, 20, 0]; // how long an expression may grow before it gets a name
const FEW = 8;
const [CHOICE, COMPARE, PLUS, TIMES, UNARY, POWER, CALL] = [1, 2, 3, 4, 5, 6, 7];

// Each operation: its text, how closely that binds, and how closely its operands must.
const OPERATORS = {
  add: ["# + #", PLUS, PLUS, TIMES],
  sub: ["# - #", PLUS, PLUS, TIMES],
  mul: ["# * #", TIMES, TIMES, UNARY],
  div: ["# / #", TIMES, TIMES, UNARY],
  neg: ["-#", UNARY, CALL],
  pow: ["# ** #", POWER, CALL, CALL],
  ...Object.fromEntries(Object.entries({ lt: "<", le: "<=", gt: ">", ge: ">=" }).map(([name, sign]) => [name, [`# ${sign} #`, COMPARE, PLUS, PLUS]])),
};
const calls = texts => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, [text.includes("#") ? text : `${text}(#)`, CALL]]));
const maths = home => calls(Object.fromEntries(["floor", "ceil", "sqrt", "exp", "log", "cos", "sin", "tanh"].map(name => [name, `${home}.${name}`])));

const PYTHON = {
  operators: {
    ...OPERATORS,
    ...maths("math"),
    ...calls({ minimum: "min(#, #)", maximum: "max(#, #)", abs: "abs", bisectLeft: "bisect_left(#, #)", bisectRight: "bisect_right(#, #)" }),
    eq: ["# == #", COMPARE, PLUS, PLUS],
    ne: ["# != #", COMPARE, PLUS, PLUS],
    floordiv: ["# // #", TIMES, TIMES, UNARY],
    mod: ["# % #", TIMES, TIMES, UNARY],
  },
  choice: (test, one, other) => `${one} if ${test} else ${other}`,
  number: x => (isFloat(x) ? floatText(plain(x)).replace("inf", "1e999") : repr(x)),
  pi: "math.pi",
  whole: "int",
  indent: "    ",
  assign: (name, text) => `${name} = ${text}`,
  declare: () => [],
  give: text => `return ${text}`,
  if: test => `if ${test}:`,
  elif: test => `elif ${test}:`,
  else: "else:",
  end: [],
  list: (name, rows) => (rows.length === 1 ? [`${name} = [${rows[0]}]`] : [`${name} = [`, ...rows.map(row => `    ${row}`), "]"]),
  text: (lists, lines, comment) => [...comment.map(one => `# ${one}`), ...pythonText(lists, lines)],
};

function pythonText(lists, lines, packages = []) {
  const used = lines.join("\n");
  const bisects = ["bisect_left", "bisect_right"].filter(name => used.includes(`${name}(`));
  const imports = [...(used.includes("math.") ? ["import math"] : []), ...(bisects.length ? [`from bisect import ${bisects.join(", ")}`] : []), ...packages];
  const gap = imports.length ? [""] : [];
  const before = lists.length ? [...gap, ...lists, "", ""] : packages.length ? ["", ""] : gap;
  return [...imports, ...before, "def learning_rate(step):", ...lines];
}

// A scheduler of torch multiplies the base rate: of 1 it makes the very rates.
const TORCH = {
  ...PYTHON,
  text: (lists, lines, comment) => [
    ...comment.map(one => `# ${one}`),
    ...pythonText(lists, lines, ["import torch"]),
    "",
    "",
    "for group in optimizer.param_groups:",
    '    group["lr"] = group["initial_lr"] = 1.0',
    "scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, learning_rate)",
  ],
};

// Python's operations that JavaScript has not, where a text uses them.
const search = (name, test) => `const ${name} = (numbers, x) => {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (${test}) low = middle + 1;
    else high = middle;
  }
  return low;
};`;
const HELPERS = {
  floorDivide: `const floorDivide = (x, y) => {
  const rest = x % y;
  return Math.round((x - rest) / y) - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0);
};`,
  remainder: `const remainder = (x, y) => {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
};`,
  bisectLeft: search("bisectLeft", "numbers[middle] < x"),
  bisectRight: search("bisectRight", "numbers[middle] <= x"),
};
const JAVASCRIPT = {
  operators: {
    ...OPERATORS,
    ...maths("Math"),
    ...calls({ minimum: "Math.min(#, #)", maximum: "Math.max(#, #)", abs: "Math.abs", bisectLeft: "bisectLeft(#, #)", bisectRight: "bisectRight(#, #)" }),
    ...calls({ floordiv: "floorDivide(#, #)", mod: "remainder(#, #)" }),
    eq: ["# === #", COMPARE, PLUS, PLUS],
    ne: ["# !== #", COMPARE, PLUS, PLUS],
  },
  choice: (test, one, other) => `${test} ? ${one} : ${other}`,
  number: x => String(plain(x)),
  pi: "Math.PI",
  whole: "Math.trunc",
  indent: "  ",
  assign: (name, text, isNew) => `${isNew ? "const " : ""}${name} = ${text};`,
  declare: name => [`let ${name};`],
  give: text => `return ${text};`,
  if: test => `if (${test}) {`,
  elif: test => `} else if (${test}) {`,
  else: "} else {",
  end: ["}"],
  shorten(lines, from) {
    if (lines.length - from === 3) lines.splice(from, 3, `${lines[from].slice(0, -1)}${lines[from + 1].trim()}`);
  },
  list: (name, rows) => (rows.length === 1 ? [`const ${name} = [${rows[0]}];`] : [`const ${name} = [`, ...rows.map(row => `  ${row}`), "];"]),
  text(lists, lines, comment) {
    const used = lines.join("\n");
    const helpers = Object.entries(HELPERS).flatMap(([name, text]) => (used.includes(`${name}(`) ? [text, ""] : []));
    const before = [...lists, ...(lists.length ? [""] : []), ...helpers];
    return [...comment.map(one => `// ${one}`), ...before, "function learningRate(step) {", ...lines, "}"];
  },
};
const LANGUAGES = { python: PYTHON, javascript: JAVASCRIPT, torch: TORCH };

// `language` is python or javascript, or torch: the lines that make its scheduler of the function.
export function printed(schedule, language) {
  const rate = traced(schedule);
  const comment = String(schedule).length <= WIDTH - 2 ? [String(schedule)] : [];
  for (const longest of LONGEST) {
    const { lists, lines } = new Writer(LANGUAGES[language], rate, longest);
    if (!longest || lines.every(line => line.length <= WIDTH)) return LANGUAGES[language].text(lists, lines, comment).join("\n");
  }
}

// A block of lines: what has a name in it, and the tests that are known to be true.
const inside = scope => ({ depth: scope.depth + 1, names: new Map(scope.names), known: scope.known });

class Writer {
  constructor(language, rate, longest) {
    Object.assign(this, { language, longest, lines: [], lists: [], listed: new Map(), count: 0, uses: usesOf(rate) });
    this.give(rate, { depth: 1, names: new Map(), known: new Set() });
  }

  put(scope, ...lines) {
    this.lines.push(...lines.map(line => this.language.indent.repeat(scope.depth) + line));
  }

  name() {
    const k = this.count++;
    return k < 26 ? String.fromCharCode(97 + k) : `v${k}`;
  }

  // The lines that return a value.
  give(value, scope) {
    if (value.name === "piecewise") this.choose(value, this.text(value.args[0], PLUS, scope), scope, (part, inner) => this.give(part, inner), true);
    else this.put(scope, this.language.give(this.whole(isNumber(value) ? new Float(plain(value)) : value, scope)));
  }

  // The lines that lead to one of the parts; few are asked for in order, many by halves.
  choose({ milestones, parts }, step, scope, leaf, returns) {
    const { language } = this;
    const among = (first, last, outer, isElse) => {
      if (first === last) return leaf(parts[first], outer);
      const middle = last - first > FEW ? (first + last) >> 1 : first;
      const test = `${step} < ${this.text(milestones[middle], PLUS, outer)}`;
      const from = this.lines.length;
      this.put(outer, isElse ? language.elif(test) : language.if(test));
      among(first, middle, inside(outer));
      if (returns) {
        this.put(outer, ...language.end);
        language.shorten?.(this.lines, from);
        return among(middle + 1, last, outer);
      }
      if (middle + 1 < last) return among(middle + 1, last, outer, true);
      this.put(outer, language.else);
      leaf(parts[last], inside(outer));
      this.put(outer, ...language.end);
    };
    among(0, parts.length - 1, scope);
  }

  // The text of a value that needs no name, however long.
  whole(value, scope) {
    const isPlain = !(value instanceof Term) || scope.names.has(value.id) || ["step", "piecewise"].includes(value.name);
    return isPlain ? this.text(value, 0, scope) : this.operation(value, scope)[0];
  }

  text(value, level, scope) {
    const [text, own] = this.written(value, scope);
    return own < level ? `(${text})` : text;
  }

  written(value, scope) {
    const { language } = this;
    if (!(value instanceof Term)) {
      if (Math.abs(plain(value)) === Math.PI) return [value < 0 ? `-${language.pi}` : language.pi, value < 0 ? UNARY : CALL];
      const text = language.number(value);
      return [text, text[0] === "-" ? UNARY : CALL];
    }
    if (scope.names.has(value.id)) return [scope.names.get(value.id), CALL];
    if (value.name === "step") return ["step", CALL];
    if (value.name === "list") return [this.list(value), CALL];
    if (value.name === "piecewise") return this.named(value, scope);
    const [text, own] = this.operation(value, scope);
    if (text.length <= this.longest && !(this.uses.get(value.id) > 1)) return [text, own];
    const name = this.name();
    this.put(scope, language.assign(name, text, true));
    scope.names.set(value.id, name);
    return [name, CALL];
  }

  named(value, scope) {
    const step = this.text(value.args[0], PLUS, scope);
    const name = this.name();
    this.put(scope, ...this.language.declare(name));
    this.choose(value, step, scope, (part, inner) => this.put(inner, this.language.assign(name, this.whole(part, inner))), false);
    scope.names.set(value.id, name);
    return [name, CALL];
  }

  operation({ name, args }, scope) {
    const { language } = this;
    if (name === "where") return this.choice(args, scope);
    if (name === "take") {
      const index = this.text(args[1], 0, scope);
      return [`${this.text(args[0], CALL, scope)}[${args[1].name.startsWith("bisect") ? index : `${language.whole}(${index})`}]`, CALL];
    }
    const [form, own, ...levels] = language.operators[name];
    const texts = args.map((one, k) => this.text(one, levels[k] ?? 0, scope));
    return [form.replace(/#/g, () => texts.shift()), own];
  }

  choice([test, one, other], scope) {
    if (scope.known.has(test.id)) return this.written(one, scope);
    const asked = this.text(test, COMPARE, scope);
    const within = { ...scope, known: new Set([...scope.known, test.id]) };
    return [this.language.choice(asked, this.text(one, COMPARE, within), this.text(other, CHOICE, scope)), CHOICE];
  }

  list({ id, args }) {
    if (!this.listed.has(id)) {
      const name = `LIST_${this.listed.size + 1}`;
      const texts = args.map(one => this.text(one, 0, { names: new Map() }));
      const whole = texts.join(", ");
      const rows = [];
      for (const text of texts) {
        const longer = rows.length ? `${rows.at(-1)} ${text},` : `${text},`;
        if (!rows.length || longer.length > WIDTH - 4) rows.push(`${text},`);
        else rows[rows.length - 1] = longer;
      }
      this.listed.set(id, name);
      this.lists.push(...this.language.list(name, whole.length <= WIDTH - 20 ? [whole] : rows));
    }
    return this.listed.get(id);
  }
}

// How often each term is an operand; a test that is known to be true is not asked again.
function usesOf(root) {
  const uses = new Map();
  const count = (one, times, known) => {
    if (!(one instanceof Term)) return;
    const { id, name, args } = one;
    if (name === "where" && known.has(args[0].id)) return count(args[1], times, known);
    const before = uses.get(id) ?? 0;
    uses.set(id, before + times);
    if (before || name === "list") return;
    if (name === "piecewise") {
      count(args[0], one.milestones.length, known);
      one.parts.forEach(part => count(part, 1, known));
    } else {
      const within = name === "where" ? new Set([...known, args[0].id]) : known;
      args.forEach((arg, k) => count(arg, 1, k === 1 ? within : known));
    }
  };
  count(root, 1, new Set());
  return uses;
}
