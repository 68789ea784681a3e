// What generated code needs of Python: operators, builtins, and a small numpy. An array is a Float64Array, a mask a
// Uint8Array, a list or tuple an Array. Numbers of which it is known whether Python has an int or a float are BigInt
// and Float; a plain number may be either.

export class PyError extends Error {
  constructor(message, type = "ValueError") {
    super(message);
    this.name = "Refused";
    this.type = type;
  }
}

export class Float {
  constructor(value) {
    this.value = Number(value);
  }

  valueOf() {
    return this.value;
  }
}

class Rows {
  constructor(rows) {
    this.rows = rows;
  }
}

export const plain = x => (x instanceof Float ? x.value : typeof x === "bigint" ? Number(x) : x);
export const isNumber = x => typeof x === "number" || typeof x === "bigint" || x instanceof Float;
const isArray = x => x instanceof Float64Array || x instanceof Uint8Array;
const isPlain = x => typeof x === "number";

// How Python writes numbers and values -----------------------------------------------------------------------------

export function floatText(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : "inf";
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const [mantissa, exponent] = x.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  const digits = mantissa.replace(/[-.]/g, "");
  const sign = x < 0 ? "-" : "";
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return `${sign}${whole}.${digits.slice(power + 1) || "0"}`;
}

export function shortText(x) {
  x = plain(x);
  if (!Number.isFinite(x) || x === 0) return floatText(x).replace(".0", "");
  const [mantissa, exponent] = x.toExponential(5).split("e");
  const power = Number(exponent);
  const bare = text => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power < -4 || power >= 6) return `${bare(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return bare(x.toFixed(Math.max(0, 5 - power)));
}

export function repr(x) {
  if (x === null || x === undefined) return "None";
  if (x === true || x === false) return x ? "True" : "False";
  if (x instanceof Float) return floatText(x.value);
  if (isPlain(x)) return Number.isSafeInteger(x) && !Object.is(x, -0) ? String(x) : floatText(x);
  if (typeof x === "string") return quoted(x);
  if (Array.isArray(x) || isArray(x)) return `[${Array.from(x, repr).join(", ")}]`;
  return String(x);
}

function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t");
  return quote + (quote === "'" ? escaped.replace(/'/g, "\\'") : escaped) + quote;
}

export const text = x => (typeof x === "string" ? x : repr(x));

// Operators on numbers ---------------------------------------------------------------------------------------------

export function floordiv(x, y) {
  const rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && y < 0 !== rest < 0) quotient -= 1;
  const whole = Math.floor(quotient);
  return (quotient - whole > 0.5 ? whole + 1 : whole) + 0;
}

export function mod(x, y) {
  const rest = x % y;
  return rest !== 0 && y < 0 !== rest < 0 ? rest + y : rest;
}

export const pow = (x, y) => x ** y;
export const minimum = (x, y) => (x < y ? x : y);
export const maximum = (x, y) => (x > y ? x : y);
export const floor = x => Math.floor(x) + 0;
export const ceil = x => Math.ceil(x) + 0;
export const plus = (x, y) => x + y;
export const times = (x, y) => x * y;
export const take = (table, index) => table[Math.trunc(index)];

function power(x, y) {
  const result = Number.isInteger(y) && Math.abs(y) <= 1000 && Number.isFinite(1 / x) ? wholePower(x, y) : x ** y;
  if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y)) throw new PyError("(34, 'Numerical result out of range')", "OverflowError");
  return result;
}

// A power rounded once, which engines leave to chance: 256 bits are carried.
function wholePower(x, y) {
  const cut = ([digits, exponent]) => {
    const shift = Math.max(0, digits.toString(16).length * 4 - 260);
    return [digits >> BigInt(shift), exponent + shift];
  };
  let exponent = 0;
  for (; !Number.isInteger(x); exponent--) x *= 2;
  let [square, result] = [[BigInt(x), exponent], [1n, 0]];
  for (let n = Math.abs(y); n; n >>= 1) {
    if (n & 1) result = cut([result[0] * square[0], result[1] + square[1]]);
    square = cut([square[0] ** 2n, 2 * square[1]]);
  }
  if (y < 0) result = [(1n << 600n) / result[0], -600 - result[1]];
  const half = result[1] >> 1;
  return Number(result[0]) * 2 ** half * 2 ** (result[1] - half);
}

export function bisectLeft(points, x) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function bisectRight(points, x) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < points[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const piecewise = (milestones, parts) => step => parts[bisectRight(milestones, step)](step);

// Operators on numbers, arrays and schedules -----------------------------------------------------------------------

const zipped = (f, a, b, kind) => {
  const [one, two] = [isPlain(a) ? [a] : a, isPlain(b) ? [b] : b];
  const out = new kind(one.length === 1 ? two.length : one.length);
  const [i1, i2] = [one.length === 1 ? 0 : 1, two.length === 1 ? 0 : 1];
  for (let i = 0; i < out.length; i++) out[i] = f(one[i * i1], two[i * i2]);
  return out;
};

function spread(f, a, b, kind) {
  if (a instanceof Rows) return new Rows(a.rows.map((row, i) => zipped(f, row, b instanceof Rows ? b.rows[i] : b, kind)));
  if (b instanceof Rows) return new Rows(b.rows.map(row => zipped(f, a, row, kind)));
  return zipped(f, a, b, kind);
}

const operator = (f, sign, own, swapped) => (a, b) => {
  if (isPlain(a) && isPlain(b)) return f(a, b);
  for (const [one, name, other] of [[a, own, b], [b, swapped, a]]) {
    const made = one?.[name]?.(other);
    if (made !== undefined) return made;
  }
  if (a?.[own] || b?.[swapped] || a?.[swapped] || b?.[own]) {
    const names = [a, b].map(typeName).map(name => `'${name}'`);
    throw new PyError(`unsupported operand type(s) for ${sign}: ${names.join(" and ")}`, "TypeError");
  }
  return isNumber(a) && isNumber(b) ? f(plain(a), plain(b)) : spread(f, plain(a), plain(b), Float64Array);
};

function typeName(x) {
  if (isNumber(x)) return x instanceof Float || !(typeof x === "bigint" || Number.isInteger(x)) ? "float" : "int";
  return x?.kind ?? (typeof x === "string" ? "str" : typeof x === "boolean" ? "bool" : x === null ? "NoneType" : "list");
}

export const add = operator((x, y) => x + y, "+", "__add__", "__radd__");
export const sub = operator((x, y) => x - y, "-", "__sub__", "__rsub__");
export const mul = operator((x, y) => x * y, "*", "__mul__", "__rmul__");
export const div = operator((x, y) => x / y, "/", "__truediv__", "__rtruediv__");
export const raised = operator(power, "** or pow()", "__pow__", "__rpow__");
export const floorDivided = operator(floordiv, "//", "__floordiv__", "__rfloordiv__");
export const remainder = operator(mod, "%", "__mod__", "__rmod__");
export const neg = x => (typeof x === "bigint" ? -x : x instanceof Float ? new Float(-x.value) : x?.__neg__ ? x.__neg__() : mul(x, -1));

const comparison = f => (a, b) => (isArray(a) || isArray(b) ? spread(f, plain(a), plain(b), Uint8Array) : f(plain(a), plain(b)));
export const lt = comparison((x, y) => x < y);
export const le = comparison((x, y) => x <= y);
export const gt = comparison((x, y) => x > y);
export const ge = comparison((x, y) => x >= y);
export const eq = comparison((x, y) => x === y);
export const ne = comparison((x, y) => x !== y);

export const truth = x => (Array.isArray(x) || isArray(x) ? x.length > 0 : x instanceof Float ? x.value !== 0 : Number.isNaN(x) || Boolean(x));

// Builtins ---------------------------------------------------------------------------------------------------------

export const len = x => x.length;
export const range = (start, stop, step = 1) => {
  if (stop === undefined) [start, stop] = [0, start];
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
};
export const zip = (...lists) => Array.from({ length: Math.min(...lists.map(list => list.length)) }, (_, i) => lists.map(list => list[i]));
export const pairwise = list => Array.from({ length: Math.max(0, list.length - 1) }, (_, i) => [list[i], list[i + 1]]);
export const enumerate = (list, start = 0) => Array.from(list, (item, i) => [start + i, item]);
export const accumulate = list => {
  let total = 0;
  return Array.from(list, item => (total += item));
};
export const reduce = (f, list) => {
  let result = list[0];
  for (let i = 1; i < list.length; i++) result = f(result, list[i]);
  return result;
};
export const sum = list => reduce(plus, [0, ...list]);
export const sorted = list => Array.from(list).sort((x, y) => x - y);
export const each = (list, f) => {
  const out = new Array(list.length);
  for (let i = 0; i < out.length; i++) out[i] = f(list[i]);
  return out;
};
export const toList = list => Array.from(list);
export const isInteger = x => typeof x === "bigint" || Number.isInteger(x);
export const isFloat = x => x instanceof Float || (isPlain(x) && !Number.isInteger(x));
export const int = x => Math.trunc(plain(x)) + 0;
export const contains = (item, list) => (typeof list === "string" ? list.includes(item) : list.some(one => one === item));
export const lookUp = (table, key, otherwise = null) => (Object.hasOwn(table, key) ? table[key] : otherwise);

export function largest(values, otherwise = null) {
  return values.length ? reduce((x, y) => (y > x ? y : x), values) : otherwise;
}

export function smallest(values, otherwise = null) {
  return values.length ? reduce((x, y) => (y < x ? y : x), values) : otherwise;
}

export const log = (x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base));

export const item = (list, index) => {
  if (index instanceof Uint8Array) return list.filter((_, i) => index[i]);
  if (index instanceof Float64Array) return Float64Array.from(index, i => list[i]);
  return list.at(index);
};
export const part = (list, start, stop) => list.slice(start ?? 0, stop ?? list.length);
export const column = list => new Rows(Array.from(list, x => Float64Array.of(x)));

// The small numpy --------------------------------------------------------------------------------------------------

export const array = values => (isPlain(values) ? Float64Array.of(values) : isArray(values) ? values : Float64Array.from(values));
export const truncated = values => array(values).map(Math.trunc);
export const ravel = rows => concatenate(rows.rows);
export const ones = size => new Float64Array(size).fill(1);
export const arange = (...ends) => Float64Array.from(range(...ends));
export const some = values => values.some(Boolean);
export const every = values => values.every(Boolean);
export const absolute = x => (isPlain(x) ? Math.abs(x) : x.map(Math.abs));
export const floors = x => (isPlain(x) ? floor(x) : x.map(floor));
export const ceils = x => (isPlain(x) ? ceil(x) : x.map(ceil));
export const choose = (mask, one, other) => one.map((x, i) => (mask[i] ? x : other[i]));
export const nonzero = values => Float64Array.from(range(values.length).filter(i => values[i]));
export const unique = values => {
  const sorted = Float64Array.from(values).sort();
  return sorted.filter((x, i) => i === 0 || x !== sorted[i - 1]);
};
export const append = (...lists) => concatenate(lists.map(array));
export const cumsum = values => Float64Array.from(accumulate(values));
export const repeat = (values, counts) => Float64Array.from(Array.from(values).flatMap((x, i) => Array(counts[i]).fill(x)));
export const reduceat = (values, starts) => starts.map((start, i) => sum(values.slice(start, starts[i + 1])));

export function concatenate(lists) {
  const out = new Float64Array(lists.reduce((size, list) => size + list.length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}

export function linspace(start, stop, number) {
  const step = (stop - start) / (number - 1);
  const out = Float64Array.from({ length: number }, (_, i) => start + i * step);
  out[number - 1] = stop;
  return out;
}

// NumPy's legacy generator: MT19937, and normal numbers by the polar method (numpy/random/src, NEP 19).
export class RandomState {
  constructor(seed) {
    this.words = new Uint32Array(624);
    this.next = 624;
    this.spare = null;
    this.words[0] = seed;
    for (let i = 1; i < 624; i++) {
      const before = this.words[i - 1] ^ (this.words[i - 1] >>> 30);
      this.words[i] = Math.imul(1812433253, before) + i;
    }
  }

  word() {
    if (this.next === 624) this.refill();
    let y = this.words[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  refill() {
    const w = this.words;
    for (let i = 0; i < 624; i++) {
      const y = (w[i] & 0x80000000) | (w[(i + 1) % 624] & 0x7fffffff);
      w[i] = w[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }

  uniform() {
    const high = this.word() >>> 5;
    return (high * 67108864 + (this.word() >>> 6)) / 9007199254740992;
  }

  normal() {
    if (this.spare !== null) {
      const spare = this.spare;
      this.spare = null;
      return spare;
    }
    let x, y, square;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    this.spare = factor * x;
    return factor * y;
  }

  standard_normal(size) {
    return Float64Array.from({ length: size }, () => this.normal());
  }
}

// Growing cycles are counted and added up in units of 2**-256. (Python takes decimals of 60 digits.)
const UNIT = 1n << 256n;
const MOST_CYCLES = 100000;

// A multiplier as the integers m and s of which it is m / 2**s.
function binary(multiplier) {
  const shift = multiplier < 2 ** 53 ? 52n : 0n;
  return [BigInt(shift ? multiplier * 2 ** 52 : multiplier), shift];
}

// The starts and lengths of growing cycles.
export function growingCycles(period, multiplier, cycles) {
  const [factor, shift] = binary(multiplier);
  const number = x => (x >> 1000n ? Number(x >> 256n) : Number(x) / 2 ** 256);
  const starts = [];
  const lengths = [];
  const count = numberOfCycles(period, multiplier, cycles);
  for (let start = 0n, length = UNIT; starts.length < count; ) {
    starts.push(number(start));
    lengths.push(number(length));
    start += BigInt(period) * length;
    length = (length * factor) >> shift;
  }
  return [Float64Array.from(starts), Float64Array.from(lengths)];
}

// How many growing cycles start up to step 2**53: 1, 2, 4, ... are taken together, as in Python.
export function numberOfCycles(period, multiplier, cycles) {
  const [factor, shift] = binary(multiplier);
  const end = 1n << 309n;
  const doubled = [];
  for (
    let start = BigInt(period) * UNIT, length = (UNIT * factor) >> shift;
    start <= end && 2 ** doubled.length <= MOST_CYCLES;
    length = (length * length) >> 256n
  ) {
    doubled.push([start, length]);
    start += (length * start) >> 256n;
  }
  let number = 1;
  let start = 0n;
  let length = UNIT;
  for (let k = doubled.length - 1; k >= 0; k--) {
    const [further, longer] = doubled[k];
    const next = start + ((length * further) >> 256n);
    if (next > end) continue;
    number += 2 ** k;
    start = next;
    length = (length * longer) >> 256n;
  }
  if (cycles !== null) number = Math.min(number, cycles);
  if (number > MOST_CYCLES) {
    throw new PyError(`RepeatLR: multiplier must give at most ${MOST_CYCLES} cycles in 2**53 steps, got ${floatText(multiplier)}; give fewer cycles`);
  }
  return number;
}

export const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
