// A log that is dropped on the page: its rates as points. It is read here; nothing leaves the machine.
const LARGEST = 2 ** 26;
const MOST_POINTS = 5000;
const RATE = /(^|[/ _.\-:])(lr|learning[_\- ]?rate)\d*($|[/ _.\-:])/i;
const OTHER = /^(val|valid|validation|eval|test)[_/]|(min|max|base|init|initial|final|end|start|target|peak)[_\-. ]?(lr|learning)|(lr|learning[_\- ]?rate)[_\-. ]?(scale|scheduler|sched|mult|decay|min|max|warm|ratio|end|final)/i;
const CLOCKS = {
  step: ["global_step", "global_steps", "trainer/global_step", "train/global_step", "num_updates", "current_steps", "step", "steps", "_step", "iteration", "iterations", "iter", "it", "batch"],
  epoch: ["epoch", "epochs", "train/epoch", "_epoch"],
};

export class UnreadLog extends Error {}

// The rates in the text of a log: {steps, rates, unit, column}; steps count in `unit`.
export function logIn(text, name = "") {
  const rows = rowsIn(text, name);
  const columns = new Map();
  for (const row of rows) for (const key of Object.keys(row)) columns.set(key, (columns.get(key) ?? 0) + (Number.isFinite(numberIn(row[key])) ? 1 : 0));
  const rate = [...columns].filter(([key, count]) => count && RATE.test(key) && !OTHER.test(key)).sort((a, b) => b[1] - a[1])[0]?.[0];
  if (!rate) throw new UnreadLog(`${name || "The file"} has no column of rates (lr, learning_rate)`);
  const lower = new Map([...columns.keys()].map(key => [key.trim().toLowerCase(), key]));
  const [unit, clock] = Object.entries(CLOCKS).flatMap(([one, known]) => known.filter(key => lower.has(key)).map(key => [one, lower.get(key)]))[0] ?? [];
  if (!clock) throw new UnreadLog(`${name || "The file"} has no column of steps or epochs`);
  const points = rows.map(row => [numberIn(row[clock]), numberIn(row[rate])]).filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value));
  points.sort((a, b) => a[0] - b[0]);
  const every = Math.ceil(points.length / MOST_POINTS);
  const kept = points.filter((_, k) => k % every === 0);
  return { steps: kept.map(([step]) => step), rates: kept.map(([, value]) => value), unit, column: rate, count: points.length };
}

const numberIn = value => (typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN);

function rowsIn(text, name) {
  const begin = text.trimStart()[0];
  if (begin === "{" || begin === "[") {
    try {
      const whole = JSON.parse(text);
      const rows = Array.isArray(whole) ? whole : (whole.log_history ?? whole.history ?? [whole]);
      if (Array.isArray(rows)) return rows.filter(row => row && typeof row === "object");
    } catch {
      const rows = text.split("\n").map(line => line.trim()).filter(Boolean).map(line => {
        try {
          return JSON.parse(line);
        } catch {
          return null;
        }
      });
      if (rows.some(Boolean)) return rows.filter(row => row && typeof row === "object");
    }
  }
  if (text.includes("\0")) throw new UnreadLog(`${name} is not a text: an event file is read by Python, lrkit identify ${name}`);
  const lines = text.split(/\r?\n/).filter(line => line.trim());
  const mark = [",", "\t", ";"].find(one => lines[0]?.includes(one));
  if (!mark) throw new UnreadLog(`${name || "The file"} is no JSON and no table`);
  const cells = line => (line.match(new RegExp(`("(?:[^"]|"")*"|[^${mark}]*)(?:${mark}|$)`, "g")) ?? []).map(cell => cell.replace(new RegExp(`${mark}$`), "").replace(/^"|"$/g, "").replaceAll('""', '"').trim());
  const heads = cells(lines[0]);
  return lines.slice(1).map(line => {
    const values = cells(line);
    return Object.fromEntries(heads.map((head, k) => [head, values[k] ?? ""]));
  });
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
  return logIn(await file.text(), file.name);
}
