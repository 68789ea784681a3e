// The base class of schedules, and the nodes that keep a call of the catalogue as it was written. The classes, the
// methods of the algebra and the fields are generated: generated.js adds them here.
import { Float, PyError, isInteger, isNumber, plain, repr, shortText, unique } from "./python.js";

export const Refused = PyError;
export const FIELDS = {};
export const CATALOGUE = {};
export const KINDS = [];
const CLASSES = {};
const LARGEST_COUNT = 2 ** 53;
const MAX_DEPTH = 100;
let quick = false;

// Fields: what a value may be --------------------------------------------------------------------------------------

export function field(name, type, symbol, unit, options = {}) {
  const { low = null, high = null, lowOpen = false, highOpen = false, choices = [] } = options;
  const { many = false, packed = false, pair = false, optional = false, minLength = 0, typical = null } = options;
  const required = !("default" in options);
  const made = { name, type, symbol, unit, low, high, lowOpen, highOpen, choices, many, packed, pair, optional, minLength };
  Object.assign(made, { typical, required, default: options.default ?? null, integer: type === "int" });
  made.one = many || optional ? Object.freeze({ ...made, many: false, optional: false }) : made;
  if (made.one !== made) made.one = Object.freeze({ ...made.one, words: words(made.one) });
  made.words = words(made);
  return Object.freeze(made);
}

function words(field) {
  if (field.type === "str") return `one of ${field.choices.map(repr).join(", ")}${field.optional ? " or None" : ""}`;
  const low = field.low === null ? [] : [`${field.lowOpen ? ">" : ">="} ${inFull(field.low)}`];
  const high = field.high === null ? [] : [`${field.highOpen ? "<" : "<="} ${inFull(field.high)}`];
  const bound = low.length + high.length ? ` ${[...low, ...high].join(" and ")}` : "";
  const [article, noun] = { int: ["an", "integer"], float: ["a", bound ? "number" : "finite number"] }[field.type] ?? ["a", "schedule"];
  const length = field.minLength ? `${field.minLength} or more ` : "";
  const list = field.pair ? `a pair of ${noun}s${bound}` : `a list of ${length}${noun}s${bound}`;
  const one = field.type === "bool" ? "True or False" : `${article} ${noun}${bound}`;
  return (field.many ? list : one) + (field.optional ? " or None" : "");
}

function inFull(bound) {
  if (!Number.isInteger(bound) || Math.abs(bound) < 2 ** 16) return shortText(bound);
  for (const [near, ending] of [[bound, ""], [bound + 1, " - 1"]]) {
    if (Number.isInteger(Math.log2(near))) return `2**${Math.log2(near)}${ending}`;
  }
  return String(bound);
}

export function shorten(value, width = 60) {
  if ((Array.isArray(value) || typeof value === "string") && value.length > width) {
    return `a ${typeof value === "string" ? "str" : "list"} of ${value.length}`;
  }
  if (typeof value === "bigint" && value.toString(2).replace("-", "").length > 4 * width) {
    return `an integer of ${value.toString(2).replace("-", "").length} bits`;
  }
  const text = repr(value).replace(/\s+/g, " ").trim();
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

// `value` as a plain number (true, false, text, schedule), or null if it is of another kind.
export function asKind(value, type) {
  if (type === "bool") return typeof value === "boolean" ? value : null;
  if (type === "str") return typeof value === "string" ? value : null;
  if (type === "int") return isInteger(value) ? plain(value) : null;
  if (type === "float") return isNumber(value) ? plain(value) : null;
  return value instanceof Schedule ? value : null;
}

export function coerceOne(owner, field, name, value) {
  const { one = field } = field;
  const stored = asKind(value, field.type);
  const refuse = (type, more = "") => new PyError(`${owner}: ${name} must be ${one.words}${more}, got ${shorten(value)}`, type);
  if (stored === null) throw refuse("TypeError");
  if (field.type === "str" && !field.choices.includes(stored)) throw refuse("ValueError");
  if (field.type === "int" || field.type === "float") {
    const above = field.low === null || (field.lowOpen ? stored > field.low : stored >= field.low);
    const below = field.high === null || (field.highOpen ? stored < field.high : stored <= field.high);
    if (!(Number.isFinite(stored) && above && below)) throw refuse("ValueError");
    const large = typeof value === "bigint" ? value > LARGEST_COUNT || value < -LARGEST_COUNT : Math.abs(stored) > LARGEST_COUNT;
    if (field.type === "int" && large) throw refuse("ValueError", " and at most 2**53");
  }
  return stored;
}

function coerce(owner, field, value) {
  if (field.optional && value === null) return null;
  if (!field.many) return coerceOne(owner, field, field.name, value);
  const given = ArrayBuffer.isView(value) ? Array.from(value) : value;
  if (!Array.isArray(given)) throw new PyError(`${owner}: ${field.name} must be ${field.words}, got ${shorten(value)}`, "TypeError");
  if (given.length < field.minLength || (field.pair && given.length !== 2)) {
    const length = given.length ? `a list of ${given.length}` : "an empty list";
    throw new PyError(`${owner}: ${field.name} must be ${field.words}, got ${length}`);
  }
  const stored = given.map((item, k) => coerceOne(owner, field, `${field.name}[${k}]`, item));
  return field.packed ? Float64Array.from(stored) : stored;
}

// Schedules --------------------------------------------------------------------------------------------------------

export class Schedule {
  constructor(...values) {
    const { kind } = this;
    const fields = FIELDS[kind];
    if (values.length > fields.length) throw new PyError(`${kind} takes ${fields.length} arguments, got ${values.length}`, "TypeError");
    const missing = fields.filter((field, i) => field.required && values[i] === undefined).map(field => `'${field.name}'`);
    if (missing.length) throw new PyError(missingText(kind, missing), "TypeError");
    fields.forEach((field, i) => {
      this[`$${field.name}`] = values[i] === undefined ? field.default : coerce(kind, field, values[i]);
    });
    this._check();
    this.depth = 1 + Math.max(0, ...this.children().map(child => child.depth));
    if (this.depth > MAX_DEPTH) throw new PyError(`${kind}: schedules nest at most ${MAX_DEPTH} deep, got ${this.depth}`);
  }

  _check() {}

  get fields() {
    const shown = value => (ArrayBuffer.isView(value) ? Array.from(value) : value);
    return (this._fields ??= Object.fromEntries(FIELDS[this.kind].map(({ name }) => [name, shown(this[`$${name}`])])));
  }

  // The rate at a step that is not negative. Infinite or NaN where Python refuses.
  at(step) {
    return (this._compiled ??= this._rate())(step);
  }

  rates(steps, out = new Float64Array(steps.length)) {
    const rate = (this._compiled ??= this._rate());
    for (let i = 0; i < out.length; i++) out[i] = rate(steps[i]);
    return out;
  }

  _first_rate() {
    const rate = this.at(0);
    if (Number.isNaN(rate)) throw new PyError(`${this.kind}: the rate at step 0 is not a number`);
    if (!Number.isFinite(rate)) throw new PyError(`${this.kind}: the rate at step 0 is too large for a float`, "OverflowError");
    return rate;
  }

  // Where the curve may bend or jump, strictly between 0 and `stop`, in order: a Float64Array.
  knotsBefore(stop) {
    return unique(this._knots(stop)).filter(knot => knot > 0 && knot < stop);
  }

  // The same as numbers, by default those before twice the horizon. `quick` leaves out where two curves cross.
  knots(options = {}) {
    const before = quick;
    quick = options.quick ?? false;
    try {
      return Array.from(this.knotsBefore(options.stop ?? 2 * this.horizon));
    } finally {
      quick = before;
    }
  }

  // Whether this or a part of it is a still curve, whose fields cannot be changed.
  get isStill() {
    return Boolean(this.still) || this.children().some(child => child.isStill);
  }

  get horizon() {
    return Math.max(1, this._horizon());
  }

  children() {
    return FIELDS[this.kind].filter(field => field.type === "schedule").flatMap(({ name }) => this[`$${name}`] ?? []);
  }

  with(name, value) {
    const fields = FIELDS[this.kind];
    if (!fields.some(field => field.name === name)) throw unexpected(this.kind, name);
    return make(this.kind, { ...this.fields, [name]: value });
  }

  expand() {
    return this;
  }

  // The text of Python's `to_json`; a call of the catalogue is written as what it returns.
  toJson() {
    return `{"lrkit": 1, "schedule": ${jsonText(this)}}`;
  }

  toString() {
    const written = FIELDS[this.kind].flatMap(field => {
      const value = this[`$${field.name}`];
      if (!field.required && value === field.default) return [];
      const many = field.many && value !== null;
      const texts = (many ? Array.from(value) : [value]).map(one => (field.type === "float" && one !== null ? repr(new Float(one)) : repr(one)));
      return [(field.type === "schedule" ? "" : `${field.name}=`) + (many ? `[${texts.join(", ")}]` : texts[0])];
    });
    return `${this.kind}(${written.join(", ")})`;
  }
}

function jsonText(value, type) {
  if (value instanceof Schedule) {
    const made = value.expand();
    const pairs = FIELDS[made.kind].map(({ name, type }) => `"${name}": ${jsonText(made[`$${name}`], type)}`);
    return `{${[`"kind": "${made.jsonKind}"`, ...pairs].join(", ")}}`;
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `[${Array.from(value, one => jsonText(one, type)).join(", ")}]`;
  return type === "float" && value !== null ? repr(new Float(value)) : JSON.stringify(value);
}

export function missingText(kind, missing) {
  const last = missing.length > 2 ? ", and " : " and ";
  const names = missing.length === 1 ? missing[0] : missing.slice(0, -1).join(", ") + last + missing.at(-1);
  return `${kind} missing ${missing.length} required positional argument${missing.length > 1 ? "s" : ""}: ${names}`;
}

export function unexpected(kind, name) {
  const there = FIELDS[kind].map(field => field.name).join(", ");
  return new PyError(`${kind} got an unexpected keyword argument ${shorten(name)}; it has ${there}`);
}

// A call of a function of the catalogue, with its arguments as fields: it has the curve of what the function returns.
class Call extends Schedule {
  _check() {
    this._made = CLASSES[this.kind].expanded(...FIELDS[this.kind].map(({ name }) => this[`$${name}`]));
  }

  expand() {
    return this._made;
  }

  _rate() {
    return step => this._made.at(step);
  }

  _first_rate() {
    return this._made._first_rate();
  }

  _knots(stop) {
    return this._made._knots(stop);
  }

  _horizon() {
    return this._made._horizon();
  }
}

// What generated.js calls ------------------------------------------------------------------------------------------

export function define(cls, kind, fields, json = "") {
  cls.prototype.kind = kind;
  cls.prototype.jsonKind = json;
  FIELDS[kind] = fields;
  CLASSES[kind] = cls;
  KINDS.push(kind);
}

// Enters a function of the catalogue. What is returned is called by other functions: it checks the arguments too.
export function expression(name, picture, fields, expanded) {
  const node = class extends Call {};
  node.prototype.kind = name;
  node.expanded = expanded;
  FIELDS[name] = fields;
  CATALOGUE[name] = picture;
  CLASSES[name] = node;
  return (...values) => new node(...values).expand();
}

// A field of `schedule` whose name is known at run time only: floats are marked, as messages write them.
export function getattr(schedule, name) {
  const found = schedule[`$${name}`];
  const field = FIELDS[schedule.kind].find(one => one.name === name);
  if (field?.type !== "float" || found === null) return found;
  return field.many ? Array.from(found, x => new Float(x)) : new Float(found);
}

export function call(callee, ...values) {
  if (callee instanceof Schedule) {
    const [step] = values;
    return ArrayBuffer.isView(step) || Array.isArray(step) ? callee.rates(step) : callee.at(step);
  }
  return callee?.prototype instanceof Schedule ? new callee(...values) : callee(...values);
}

// A class of somebody's whose formula has no JavaScript: its schedules that were given are drawn as still curves.
export function still(kind, fields, curves, json) {
  const cls = class extends Schedule {
    _check() {
      this._curve = curves[String(this)];
      if (!this._curve) throw new PyError(`${kind}: its formula has no JavaScript; only ${Object.keys(curves).join(" and ")} can be drawn`);
    }

    _rate() {
      return this._curve.rate;
    }

    _knots() {
      return this._curve.knots;
    }

    _horizon() {
      return this._curve.horizon;
    }
  };
  cls.prototype.still = true;
  define(cls, kind, fields, json);
}

// Straight lines through points, level outside.
export const through = (steps, rates) => step => {
  const after = steps.findIndex(one => one > step);
  if (after <= 0) return after ? rates.at(-1) : rates[0];
  const share = (step - steps[after - 1]) / (steps[after] - steps[after - 1]);
  return rates[after - 1] + share * (rates[after] - rates[after - 1]);
};

export const classOf = kind => CLASSES[kind];
export const functionOf = name => (...values) => new CLASSES[name](...values).expand();

// What the page calls ----------------------------------------------------------------------------------------------

export function make(kind, fields = {}) {
  if (!Object.hasOwn(CLASSES, kind)) throw new PyError(`${shorten(kind)} is not a schedule`);
  for (const name of Object.keys(fields)) {
    if (!FIELDS[kind].some(field => field.name === name)) throw unexpected(kind, name);
  }
  return new CLASSES[kind](...FIELDS[kind].map(({ name }) => fields[name]));
}

// A schedule and all its parts, each with the names and indices that lead to it.
export function parts(schedule, path = []) {
  const inner = FIELDS[schedule.kind].filter(field => field.type === "schedule").flatMap(({ name, many }) => {
    const value = schedule[`$${name}`];
    if (many) return value.flatMap((one, k) => parts(one, [...path, name, k]));
    return value === null ? [] : parts(value, [...path, name]);
  });
  return [{ path, schedule }, ...inner];
}

export function replace(schedule, path, newPart) {
  if (!path.length) return newPart;
  const [name, ...rest] = path;
  const value = schedule[`$${name}`];
  if (!Array.isArray(value)) return schedule.with(name, replace(value, rest, newPart));
  const [index, ...inner] = rest;
  return schedule.with(name, value.map((one, k) => (k === index ? replace(one, inner, newPart) : one)));
}

export const addMethods = methods => Object.assign(Schedule.prototype, methods);
export const unlessQuick = costly => (...values) => (quick ? new Float64Array(0) : costly(...values));

export const construct = (kind, values) => new CLASSES[kind](...values);
