// Round numbers along an axis, how numbers are written, and where they lie.
const NICE = [1, 2, 2.5, 5, 10];
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// The multiples of a round number from `low` to `high`: at most `most`.
export function linearTicks(low, high, most, whole = false) {
  const span = high - low;
  if (!(span > 0)) return [low];
  for (let power = Math.floor(Math.log10(span)) - 2; ; power++)
    for (const nice of NICE) {
      if (whole && (power < 0 || (power === 0 && nice === 2.5))) continue;
      const size = nice * 10 ** power;
      const [first, last] = [Math.ceil(low / size - 1e-9), Math.floor(high / size + 1e-9)];
      if (last - first < most) return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * size).toPrecision(12)));
    }
}

// Powers of ten, or their 1, 2 and 5 times where there are few.
export function logTicks(low, high, most) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  for (const factors of [[1, 2, 5], [1]]) {
    const ticks = [];
    for (let power = first; power <= last; power++)
      for (const factor of factors) {
        const tick = Number(`${factor}e${power}`);
        if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
      }
    if (ticks.length <= most) return ticks;
    if (factors.length === 1) {
      const every = Math.ceil(ticks.length / most);
      return ticks.filter((_, k) => (ticks.length - 1 - k) % every === 0);
    }
  }
}

// A rate in few characters: 3e-4, 0.0125, 0.
export function rateText(rate, digits = 4) {
  if (rate === 0) return "0";
  if (!Number.isFinite(rate)) return String(rate);
  const size = Math.abs(rate);
  if (size >= 1e-2 && size < 1e4) return String(Number(rate.toPrecision(digits)));
  const [factor, power] = rate.toExponential(digits - 1).split("e");
  return `${Number(factor)}e${Number(power)}`;
}

// The same without a power of ten: 0.0003.
export function decimalText(rate) {
  const digits = Math.min(Math.max(5 - Math.floor(Math.log10(Math.abs(rate) || 1)), 0), 100);
  return Number.isFinite(rate) ? rate.toFixed(digits).replace(/\.?0+$/, "") : String(rate);
}

// A rate at a tick of a logarithmic axis: 2×10⁻³.
export function powerText(rate) {
  const [factor, power] = rate.toExponential(3).split("e").map(Number);
  if (power === 0) return String(factor);
  const ten = "10" + (power < 0 ? "⁻" : "") + [...String(Math.abs(power))].map(digit => SUPERSCRIPT[digit]).join("");
  return factor === 1 ? ten : `${factor}×${ten}`;
}

// A number of steps, short: 2,500; 10k; 1.4T. Beside a `most`, in the same unit as that.
export function countText(count, most = count) {
  const size = Math.abs(most);
  for (const [unit, letter] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]])
    if (count && size >= (unit === 1e3 ? 1e4 : unit)) return `${Number((count / unit).toPrecision(4))}${letter}`;
  return numberText(count);
}

// A number with its thousands apart, at most three digits behind the point.
export function numberText(number) {
  if (!Number.isFinite(number) || Math.abs(number) >= 1e21) return String(number);
  const [whole, part] = String(Math.abs(Math.round(number * 1000) / 1000)).split(".");
  return (number < 0 ? "−" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

// A scale between numbers and pixels: `to` a pixel, `from` a pixel.
export function linearScale(low, high, start, end) {
  const times = (end - start) / (high - low || 1);
  return { low, high, log: false, to: value => start + (value - low) * times, from: pixel => low + (pixel - start) / times };
}

// The same on a logarithmic axis: what is not above `low` lies on a rung of its own, for 0, below the others.
export function logScale(low, high, start, end, rung = 22) {
  const bottom = start + Math.sign(end - start) * rung;
  const [from, to] = [Math.log(low), Math.log(high)];
  const times = (end - bottom) / (to - from || 1);
  return {
    low, high, log: true, zero: start,
    to: value => (value >= low ? bottom + (Math.log(value) - from) * times : start),
    from: pixel => ((pixel - bottom) * Math.sign(times) >= -rung / 3 ? Math.exp(from + (pixel - bottom) / times) : 0),
  };
}

// The ends of the axis of rates that shows all of `rates`; a logarithmic one goes down to the lowest of `marks`.
export function rateRange(rates, log, marks = []) {
  let high = 0;
  let low = Infinity;
  let floor = 0;
  for (const rate of rates) {
    if (rate > high && rate < Infinity) high = rate;
    if (rate > 0 && rate < low) low = rate;
    if (rate < floor && rate > -Infinity) floor = rate;
  }
  if (!high) high = floor < 0 ? -floor / 10 : 1;
  if (!log) return [floor && floor * 1.06, high * 1.08];
  const marked = marks.filter(rate => rate > high * 1e-9);
  const least = Math.max(low, Math.min(high * 1e-3, ...marked));
  return [10 ** Math.floor(Math.log10(Math.min(least, high / 10)) + 1e-9), high * 1.4];
}
