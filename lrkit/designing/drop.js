// A log that is dropped on the page: its rates as points. It is read here; nothing leaves the machine.
import { isEvents, scalarsIn } from "./events.js";

const LARGEST = 2 ** 26;
const MOST_POINTS = 5000;
const RATE = /(^|[/ _.\-:])(lr|learning[_\- ]?rate)\d*($|[/ _.\-:])/i;
const OTHER = /^(val|valid|validation|eval|test)[_/]|(min|max|base|init|initial|final|end|start|target|peak)[_\-. ]?(lr|learning)|(lr|learning[_\- ]?rate)[_\-. ]?(scale|scheduler|sched|mult|decay|min|max|warm|ratio|end|final)|([/_-]|^)(momentum|mom|weight[_\- ]?decay|wd)\d*$/i;
const CLOCKS = {
  step: ["global_step", "global_steps", "trainer/global_step", "train/global_step", "num_updates", "train_num_updates", "update", "updates", "current_steps", "step", "steps", "_step", "iteration", "iterations", "iter", "it", "num_iter", "batch"],
  sample: ["consumed_samples", "consumed samples", "samples", "num_samples", "global_samples", "sample"],
  token: ["consumed_tokens", "consumed tokens", "tokens", "num_tokens", "tokens_seen", "total_tokens", "token"],
  epoch: ["epoch", "epochs", "train/epoch", "_epoch"],
};
// The tags of trainers whose steps count something else than updates.
const TAGS = [[/^(learning-rate vs samples|Train\/Samples\/lr)$/, "sample"], [/^(lr\/pg\d+|x\/lr\d+|epoch_(lr|learning_rate))$/, "epoch"]];
const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?(?![\\w+-]|\\.\\d)";
const LINE = {
  lr: new RegExp(`\\b(?:current[_ ])?(?:lr|learning[_ -]?rate)['"]?\\s*[:=]?\\s*[[(]?\\s*['"]?(${NUMBER})`, "i"),
  step: /\b(?:global[_ ]?steps?|num_updates|iterations?|iters?|steps?|updates?|batch|s(?=:))['"]?\s*[:=#]?\s*[[(]?\s*(\d+)\b/i,
  within: /\bepoch\W*(?:train\W*)?\[\s*(\d+)\b[^[]*\[\s*(\d+)\/\s*(\d+)\]/i,
  epoch: /\bepoch['"]?\s*[:=#]?\s*[[(]?\s*(\d+(?:\.\d+)?)\b/i,
};

export class UnreadLog extends Error {}

// The rates in the text of a log: {steps, rates, unit, column}; steps count in `unit`.
export const logIn = (text, name = "The file") => ratesIn(rowsIn(text), name);

// The same in the bytes of a file of TensorBoard.
export function eventsIn(bytes, name) {
  let scalars;
  try {
    scalars = scalarsIn(bytes);
  } catch (error) {
    throw new UnreadLog(`${name} is ${error.message}`);
  }
  return ratesIn(scalars.map(({ tag, step, value }) => ({ [TAGS.find(([form]) => form.test(tag))?.[1] ?? "step"]: step, [tag]: value })), name);
}

function ratesIn(rows, name) {
  const columns = new Map();
  for (const row of rows) for (const key of Object.keys(row)) columns.set(key, (columns.get(key) ?? 0) + (Number.isFinite(numberIn(row[key])) ? 1 : 0));
  const column = [...columns].filter(([key, count]) => count && RATE.test(key) && !OTHER.test(key)).sort((a, b) => b[1] - a[1])[0]?.[0];
  if (column === undefined) throw new UnreadLog(`${name} names no rate (lr, learning_rate) that this page can read; lrkit identify ${name} reads more formats`);
  const own = rows.filter(row => Number.isFinite(numberIn(row[column])) && row.mode !== "val");
  const lower = new Map(own.flatMap(row => Object.keys(row)).map(key => [key.trim().toLowerCase(), key]));
  const [unit, clock] = Object.entries(CLOCKS).flatMap(([one, known]) => known.filter(key => lower.has(key)).map(key => [one, lower.get(key)]))[0] ?? [];
  if (!clock) throw new UnreadLog(`${name} has rates, ${column}, and nothing that counts steps or epochs beside them`);
  const points = own.map(row => [numberIn(row[clock]), numberIn(row[column])]).filter(([step]) => Number.isFinite(step));
  points.sort((a, b) => a[0] - b[0]);
  const every = Math.ceil(points.length / MOST_POINTS);
  const kept = points.filter((_, k) => k % every === 0);
  return { steps: kept.map(([step]) => step), rates: kept.map(([, value]) => value), unit, column, count: points.length };
}

const numberIn = value => (typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN);
const isObject = value => value !== null && typeof value === "object";
const flat = (row, path = "", depth = 0) =>
  Object.entries(row).flatMap(([key, value]) => (isObject(value) ? (depth < 4 ? flat(value, `${path}${key}/`, depth + 1) : []) : [[path + key, value]]));
const flatRow = row => Object.fromEntries(flat(row));

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function rowsIn(text) {
  const whole = /^\s*[{[]/.test(text) ? read(text) : null;
  if (isObject(whole)) return documentIn(whole);
  const lines = text.split(/[\r\n]+/).filter(line => line.trim());
  const table = tableIn(lines);
  return table.length ? table : lines.map(rowOf).filter(Boolean);
}

// A list of rows, below a name or not; or a list for each column, by the epoch.
function documentIn(whole) {
  const rows = Array.isArray(whole) ? whole : (whole.log_history ?? whole.history ?? whole);
  if (Array.isArray(rows)) return rows.filter(isObject).map(flatRow);
  const lists = Object.entries(rows).filter(([, values]) => Array.isArray(values));
  const length = Math.max(0, ...lists.map(([, values]) => values.length));
  return length ? Array.from({ length }, (_, epoch) => ({ epoch, ...Object.fromEntries(lists.map(([key, values]) => [key, values[epoch]])) })) : [flatRow(rows)];
}

// A table with names above, or of two columns of numbers.
function tableIn(lines) {
  const head = (lines[0] ?? "").replace(/^#\s*/, "");
  const mark = [",", "\t", ";"].find(one => head.includes(one));
  const inside = new RegExp(`("(?:[^"]|"")*"|[^${mark}]*)(?:${mark}|$)`, "g");
  const cell = text => text.replace(new RegExp(`${mark}$`), "").replace(/^"|"$/g, "").replaceAll('""', '"').trim();
  const cells = line => (mark ? (line.match(inside) ?? []).map(cell) : line.trim().split(/\s+/));
  const heads = cells(head);
  const bare = heads.filter(one => one !== "").length === 2 && heads.slice(0, 2).every(one => Number.isFinite(numberIn(one)));
  const names = bare ? ["step", "lr"] : heads;
  const isName = one => RATE.test(one) && !OTHER.test(one) && !/[:=\s]\s*[-+.]?\d/.test(one);
  if (!names.some(isName) || (!mark && !bare && names.some(one => Number.isFinite(numberIn(one))))) return [];
  return lines.slice(bare ? 0 : 1).map(line => {
    const values = cells(line);
    return Object.fromEntries(names.map((name, k) => [name, values[k] ?? ""]));
  });
}

// A line that holds an object, of JSON or as Python writes a dict, or that names a step and a rate.
function rowOf(line) {
  const object = line.includes("{") ? line.slice(line.indexOf("{")) : "";
  const row = object && (read(object) ?? read(object.replaceAll("'", '"')));
  if (isObject(row)) return flatRow(row);
  const [rate, step, within, epoch] = Object.values(LINE).map(form => form.exec(line));
  if (!rate || !(step || within || epoch)) return null;
  if (within) return { lr: rate[1], step: (within[1] - 1) * within[3] + Number(within[2]) }; // the steps of an epoch
  return { lr: rate[1], ...(step ? { step: step[1] } : { epoch: epoch[1] }) };
}

// By how many steps the log lies beside the schedule: -1, 0 or 1, whichever is nearest; and how near.
export function offsetOf(schedule, { steps, rates }) {
  const errors = [0, -1, 1].map(offset => {
    const own = schedule.rates(Float64Array.from(steps, step => Math.max(step + offset, 0)));
    const peak = rates.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-300);
    return { offset, error: rates.reduce((worst, rate, k) => Math.max(worst, Math.abs(rate - own[k]) / peak), 0) };
  });
  return errors.reduce((best, one) => (one.error < best.error * 0.999 ? one : best));
}

export async function readLog(file) {
  if (file.size > LARGEST) throw new UnreadLog(`${file.name} has ${Math.round(file.size / 2 ** 20)} MB, at most 64 are read here`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isEvents(bytes)) {
    const parts = Array.from({ length: Math.ceil(bytes.length / 8192) }, (_, k) => String.fromCharCode(...bytes.subarray(8192 * k, 8192 * (k + 1))));
    return { ...eventsIn(bytes, file.name), content: { bytes: btoa(parts.join("")) } };
  }
  if (bytes.subarray(0, 4096).includes(0)) throw new UnreadLog(`${file.name} is neither a text nor a file of TensorBoard`);
  const text = new TextDecoder().decode(bytes);
  return { ...logIn(text, file.name), content: { text } };
}
