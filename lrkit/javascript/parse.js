// A text as a schedule, without eval: what lrkit.parse reads. Counts are exact, as there: a number is a BigInt where
// Python has an int, and a Float where it has a float.
import { Float, PyError, add, div, floatText, mul, neg, raised, repr, sub } from "./python.js";
import { CATALOGUE, FIELDS, Schedule, construct, missingText, shorten } from "./schedule.js";
import { METHODS } from "./generated.js";

const TOKEN = /\s+|#[^\n]*|('[^'\\\n]*'|"[^"\\\n]*")|([\p{L}_][\p{L}\p{N}_]*)|((?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?)\w*)|(\*\*|[-+*/()[\],.=])/uy;
const NUMBER = /^(0[xX](_?[0-9a-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+|0(_?0)*|[1-9](_?\d)*|(?=.*[.eE])(\d(_?\d)*)?\.?(\d(_?\d)*)?([eE][+-]?\d(_?\d)*)?)$/;
const KEYWORDS = ["and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"];
const CONSTANTS = { True: true, False: false, None: null };
const ALLOWED = "only schedules, numbers, True, False, None and lists may stand here";
const OPERATIONS = { "+": add, "-": sub, "*": mul, "/": div, "**": raised };
const LARGEST = BigInt(Number.MAX_VALUE);
const MAX_BITS = 4096;
const MAX_BRACKETS = 250;
const MAX_TEXT = 2 ** 22;

export function parse(text, names = {}) {
  const source = new Source(text);
  const known = Object.fromEntries(Object.entries(names).map(([name, x]) => [name, Number.isInteger(x) ? BigInt(x) : new Float(x)]));
  const reader = new Reader(source, known);
  const tree = new Tree(source).whole();
  const schedule = reader.value(tree);
  if (!(schedule instanceof Schedule)) throw source.error(tree.at, `expected a schedule, got ${shorten(schedule)}`);
  return schedule;
}

class Source {
  constructor(text) {
    if (typeof text !== "string") throw new PyError(`parse: text must be str, got ${shorten(text)}`, "TypeError");
    if (text.length > MAX_TEXT) throw new PyError(`parse: the expression has ${text.length} characters, at most ${MAX_TEXT} are read`);
    this.text = text;
  }

  error(at, message) {
    const lines = this.text.slice(0, at).split(/\r\n|\r|\n/);
    const many = /[\r\n]/.test(this.text);
    const error = new PyError(`parse: ${many ? `line ${lines.length}, ` : ""}column ${Array.from(lines.at(-1)).length + 1}: ${message}`);
    error.position = at;
    return error;
  }
}

// The tree of an expression: nodes { type, at, … }, `at` being where the node begins in the text.
class Tree {
  constructor(source) {
    this.source = source;
    this.tokens = this.read();
    this.next = 0;
    this.depth = 0;
  }

  read() {
    const { text } = this.source;
    const found = [];
    const open = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (!match) throw this.source.error(at, text[at] === "\\" ? "a backslash has no meaning here" : "invalid syntax");
      const [whole, string, name, number, sign] = match;
      if (string !== undefined) found.push({ type: "text", at, value: string.slice(1, -1) });
      else if (name !== undefined) found.push({ type: "name", at, value: name });
      else if (number !== undefined) found.push({ type: "number", at, value: number });
      else if (sign !== undefined) {
        found.push({ type: sign, at });
        if ("([".includes(sign)) open.push({ sign, at });
        else if (")]".includes(sign)) this.closed(sign, at, open.pop());
        if (open.length > MAX_BRACKETS) throw new PyError(`parse: brackets nest more than ${MAX_BRACKETS} deep`);
      } else if (/[\r\n]/.test(whole) && !open.length && found.length && /\S/.test(text.slice(TOKEN.lastIndex).replace(/#[^\n]*/g, ""))) {
        throw this.source.error(at, "invalid syntax");
      }
    }
    if (!found.length) throw this.source.error(text.length, "the expression is empty");
    if (open.length) throw this.source.error(open.at(-1).at, `'${open.at(-1).sign}' was never closed`);
    return found;
  }

  closed(sign, at, opening) {
    if (!opening) throw this.source.error(at, `unmatched '${sign}'`);
    if (opening.sign + sign === "()" || opening.sign + sign === "[]") return;
    throw this.source.error(at, `closing parenthesis '${sign}' does not match opening parenthesis '${opening.sign}'`);
  }

  whole() {
    const node = this.sum();
    if (this.token) throw this.unexpected();
    return node;
  }

  get token() {
    return this.tokens[this.next];
  }

  unexpected() {
    return this.source.error(this.token?.at ?? this.source.text.trimEnd().length, "invalid syntax");
  }

  take(type) {
    if (this.token?.type !== type) throw this.unexpected();
    return this.tokens[this.next++];
  }

  chain(signs, operand) {
    let left = operand();
    while (signs.includes(this.token?.type)) {
      const { type: sign } = this.tokens[this.next++];
      left = { type: "operator", at: left.at, sign, operands: [left, operand()] };
    }
    return left;
  }

  sum() {
    return this.chain(["+", "-"], () => this.chain(["*", "/"], () => this.signed()));
  }

  signed() {
    if (!["+", "-"].includes(this.token?.type)) return this.power();
    const { type: sign, at } = this.tokens[this.next++];
    if (++this.depth > 1000) throw new PyError("parse: the expression is nested too deeply");
    return { type: "operator", at, sign, operands: [this.signed()] };
  }

  power() {
    const base = this.calls();
    if (this.token?.type !== "**") return base;
    this.next++;
    return { type: "operator", at: base.at, sign: "**", operands: [base, this.signed()] };
  }

  calls() {
    let node = this.atom();
    for (;;) {
      if (this.token?.type === "(") {
        node = { type: "call", at: node.at, callee: node, ...this.given() };
      } else if (this.token?.type === ".") {
        this.next++;
        node = { type: "attribute", at: node.at, owner: node, name: this.take("name").value };
      } else {
        return node;
      }
    }
  }

  given() {
    const items = [];
    const named = [];
    this.take("(");
    while (this.token?.type !== ")") {
      if (this.token?.type === "name" && this.tokens[this.next + 1]?.type === "=") {
        const name = this.take("name").value;
        this.take("=");
        if (KEYWORDS.includes(name) || name in CONSTANTS) throw this.unexpected();
        if (named.some(([other]) => other === name)) throw this.source.error(this.token?.at ?? 0, `keyword argument repeated: ${name}`);
        named.push([name, this.sum()]);
      } else if (named.length) {
        throw this.source.error(this.token?.at ?? this.source.text.length, "positional argument follows keyword argument");
      } else {
        items.push(this.sum());
      }
      if (this.token?.type !== ",") break;
      this.next++;
    }
    this.take(")");
    return { items, named };
  }

  atom() {
    const { token } = this;
    if (!token) throw this.unexpected();
    this.next++;
    if (token.type === "name") {
      if (KEYWORDS.includes(token.value)) throw this.source.error(token.at, "invalid syntax");
      return token.value in CONSTANTS ? { type: "value", at: token.at, value: CONSTANTS[token.value] } : token;
    }
    if (token.type === "number") return this.number(token);
    if (token.type === "text") {
      let { value } = token;
      while (this.token?.type === "text") value += this.tokens[this.next++].value;
      return { type: "value", at: token.at, value };
    }
    if (token.type === "[" || token.type === "(") return this.bracket(token);
    this.next--;
    throw this.unexpected();
  }

  number({ at, value }) {
    if (/^[\d._]+(?:[eE][+-]?\d+)?[jJ]$/.test(value)) return { type: "complex", at };
    if (/^0[\d_]+$/.test(value) && !NUMBER.test(value)) {
      throw this.source.error(at, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers");
    }
    if (!NUMBER.test(value)) throw this.source.error(at, `${repr(value.slice(0, 20))} is no number`);
    const bare = value.replace(/_/g, "");
    const whole = /^(\d+|0[xXoObB].*)$/.test(bare);
    return { type: "value", at, value: whole ? BigInt(bare) : new Float(bare) };
  }

  bracket({ type, at }) {
    const end = type === "[" ? "]" : ")";
    if (this.token?.type === end) {
      this.next++;
      return { type: "list", at, items: [] };
    }
    const first = this.sum();
    if (type === "(" && this.token?.type === end) {
      this.next++;
      return first;
    }
    const items = [first];
    while (this.token?.type === ",") {
      this.next++;
      if (this.token?.type === end) break;
      items.push(this.sum());
    }
    this.take(end);
    return { type: "list", at, items };
  }
}

class Reader {
  constructor(source, names) {
    this.source = source;
    this.names = names;
  }

  value(node) {
    if (node.type === "value") return node.value;
    if (node.type === "name" && Object.hasOwn(this.names, node.value)) return this.names[node.value];
    if (node.type === "list") return node.items.map(item => this.value(item));
    if (node.type === "operator") return this.operated(node);
    if (node.type === "call" && node.callee.type === "name") return this.made(node, node.callee.value);
    if (node.type === "call" && node.callee.type === "attribute") {
      const { owner, name } = node.callee;
      return owner.type === "name" && owner.value === "lrkit" ? this.made(node, name) : this.method(node, this.value(owner), name);
    }
    throw this.source.error(node.at, ALLOWED + this.hint(node));
  }

  hint({ type, value }) {
    if (type !== "name") return "";
    if (Object.hasOwn(FIELDS, value)) return `: ${value} is called with its parameters, ${value}(${FIELDS[value].map(field => field.name).join(", ")})`;
    if (value === "epoch") return ", and 'epoch' has no number: give names={'epoch': steps_per_epoch}";
    const given = Object.keys(this.names);
    return `, not the name ${shorten(value)}${given.length ? `; the numbers with names are ${given.join(", ")}` : ""}`;
  }

  operated(node) {
    const { sign, at } = node;
    const values = node.operands.map(operand => this.value(operand));
    const isNumber = x => typeof x === "bigint" || x instanceof Float;
    if (values.every(isNumber)) return this.calculated(at, sign, values);
    if (values.some(value => value instanceof Schedule)) {
      if (values.length === 1 && sign === "+") throw this.source.error(at, `bad operand type for unary +: '${values[0].kind}'`);
      try {
        return values.length === 1 ? neg(values[0]) : OPERATIONS[sign](...values);
      } catch (error) {
        throw this.located(at, error);
      }
    }
    throw this.source.error(at, `an operator needs numbers and schedules, got ${shorten(values.find(value => !isNumber(value)))}`);
  }

  calculated(at, sign, values) {
    if (sign === "**") throw this.source.error(at, "numbers are added, subtracted, multiplied and divided; write any other number itself");
    const [one, other] = values;
    let result;
    if (values.length === 1) result = sign === "-" ? neg(one) : one;
    else if (sign === "/") {
      if (Number(other) === 0) throw this.source.error(at, `${shorten(one)} divided by 0`);
      result = new Float(typeof one === "bigint" && typeof other === "bigint" ? ratio(one, other) : Number(one) / Number(other));
    } else if (typeof one === "bigint" && typeof other === "bigint") {
      result = sign === "+" ? one + other : sign === "-" ? one - other : one * other;
    } else {
      result = new Float(OPERATIONS[sign](Number(one), Number(other)));
    }
    const fits = typeof result === "bigint" ? result <= LARGEST && result >= -LARGEST : Math.abs(result.value) <= Number.MAX_VALUE;
    if (!fits) throw this.source.error(at, "the result is too large for a float");
    return result;
  }

  located(at, error) {
    return error instanceof PyError ? this.source.error(at, error.message) : error;
  }

  method(node, schedule, name) {
    if (!(schedule instanceof Schedule)) throw this.source.error(node.at, `${shorten(schedule)} has no methods`);
    if (!Object.hasOwn(METHODS, name)) {
      throw this.source.error(node.at, `${shorten(name)} is not a method that makes a schedule: there are ${Object.keys(METHODS).join(", ")}`);
    }
    return this.called(node, name, METHODS[name], `LearningRateSchedule.${name}()`, values => schedule[name](...values));
  }

  made(node, name) {
    if (!Object.hasOwn(FIELDS, name)) {
      const near = Object.keys(FIELDS).find(known => bare(known) === bare(name));
      throw this.source.error(node.at, `${shorten(name)} is not a schedule${near ? `; did you mean ${near}?` : ""}`);
    }
    return this.called(node, name, FIELDS[name], name, values => construct(name, values));
  }

  called(node, name, parameters, owner, make) {
    const open = parameters.some(one => one.rest);
    const counts = parameters.map(one => one.integer);
    const find = wanted => parameters.findIndex(one => one.name === wanted);
    for (const [key] of node.named) {
      if (find(key) < 0) {
        const there = parameters.map(one => one.name).join(", ");
        throw this.source.error(node.at, `${name} got an unexpected keyword argument ${shorten(key)}; it has ${there}`);
      }
    }
    const values = node.items.map((item, k) => this.argument(item, counts[k]));
    const named = node.named.map(([key, item]) => [key, this.argument(item, counts[find(key)])]);
    const wrong = bindingError(name, parameters, values, named, owner, open);
    if (wrong) throw this.source.error(node.at, wrong);
    for (const [key, value] of named) values[find(key)] = value;
    try {
      return make(Array.from(values));
    } catch (error) {
      throw this.located(node.at, error);
    }
  }

  argument(node, isCount) {
    const value = this.value(node);
    if (!isCount) return value;
    return node.type === "list" ? node.items.map((item, k) => this.whole(item, value[k])) : this.whole(node, value);
  }

  // A float that is exactly a whole number, as the arithmetic of fractions has it, as an int.
  whole(node, value) {
    if (!(value instanceof Float) || !Number.isFinite(value.value)) return value;
    const exact = this.exact(node);
    return exact && exact[0] % exact[1] === 0n ? exact[0] / exact[1] : value;
  }

  exact(node) {
    const value = node.type === "name" ? this.names[node.value] : node.value;
    if (node.type !== "operator") {
      return typeof value === "bigint" ? [value, 1n] : value instanceof Float ? fraction(floatText(value.value)) : null;
    }
    const [one, other] = node.operands.map(operand => this.exact(operand));
    if (!one || other === null) return null;
    const result = fractions(node.sign, one, other);
    return result && result.every(part => part.toString(2).replace("-", "").length <= MAX_BITS) ? result : null;
  }
}

function bindingError(name, parameters, values, named, owner, open) {
  const twice = named.find(([key]) => parameters.findIndex(one => one.name === key) < values.length);
  const missing = parameters.filter((one, k) => one.required && k >= values.length && !named.some(([key]) => key === one.name));
  const total = parameters.length;
  if (Object.hasOwn(CATALOGUE, name)) {
    if (values.length > total) return `${name}: too many positional arguments`;
    if (twice) return `${name}: multiple values for argument '${twice[0]}'`;
    return missing.length ? `${name}: missing a required argument: '${missing[0].name}'` : "";
  }
  if (open) return "";
  if (twice) return `${owner} got multiple values for argument '${twice[0]}'`;
  if (values.length > total) {
    const least = parameters.filter(one => one.required).length;
    const range = least === total ? `${total + 1}` : `from ${least + 1} to ${total + 1}`;
    return `${owner} takes ${range} positional arguments but ${values.length + 1} were given`;
  }
  return missing.length ? missingText(owner, missing.map(one => `'${one.name}'`)) : "";
}

const bare = name => name.toLowerCase().replace(/[_-]/g, "").replace(/^get|(scheduler|schedule|lr)$/g, "");

const divisor = (a, b) => {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
};

function reduced(numerator, denominator) {
  const common = divisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return [numerator / common, denominator / common];
}

function fraction(text) {
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, rest = ""] = mantissa.split(".");
  const power = Number(exponent) - rest.length;
  const digits = BigInt(whole + rest);
  return power >= 0 ? [digits * 10n ** BigInt(power), 1n] : reduced(digits, 10n ** BigInt(-power));
}

function fractions(sign, [a, b], other) {
  if (!other) return sign === "-" ? [-a, b] : [a, b];
  const [c, d] = other;
  if (sign === "+") return reduced(a * d + c * b, b * d);
  if (sign === "-") return reduced(a * d - c * b, b * d);
  if (sign === "*") return reduced(a * c, b * d);
  return sign === "/" && c ? reduced(a * d, b * c) : null;
}

// The float nearest to a quotient of integers.
function ratio(a, b) {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) return x / y;
  const size = n => n.toString(2).replace("-", "").length;
  const shift = BigInt(Math.max(0, 66 - size(a) + size(b)));
  const scaled = a << shift;
  const quotient = scaled / b;
  const sticky = scaled % b ? (quotient < 0n ? -1n : 1n) : 0n;
  return Number((quotient << 1n) + sticky) / 2 ** (Number(shift) + 1);
}
