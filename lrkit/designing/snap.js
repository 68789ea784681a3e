// Where a dragged handle comes to rest: round numbers within a few pixels.
const REACH = 6;
const ROUND_RATES = [1, 1.5, 2, 3, 4, 5, 6, 8];
const SHARES = [0.1, 0.2, 0.25, 0.5, 0.8, 0.9, 1];

// Steps that are worth resting at, in the order in which they win: shares of the run, epochs, round numbers.
function restingSteps(step, total, epoch) {
  const near = SHARES.map(share => total * share);
  if (epoch > 0) near.push(Math.round(step / epoch) * epoch);
  if (step > 0) {
    const power = 10 ** Math.floor(Math.log10(step));
    near.push(...[1, 2, 5, 10].map(factor => factor * power));
    near.push(...[power, power / 2].map(size => Math.round(step / size) * size));
  }
  return near.filter(Number.isInteger);
}

export function snapStep(step, scale, { total, epoch, off }) {
  const whole = Math.round(step);
  if (off) return whole;
  const gap = one => Math.abs(scale.to(one) - scale.to(step));
  return restingSteps(step, total, epoch).filter(one => one >= 0 && gap(one) <= REACH).sort((a, b) => gap(a) - gap(b))[0] ?? roundedTo(step, scale);
}

// Without a place to rest: as many digits as a pixel shows.
function roundedTo(step, scale) {
  const pixel = Math.abs(scale.from(scale.to(step) + 1) - step);
  const size = Math.max(10 ** Math.floor(Math.log10(pixel || 1)), 1);
  return Math.round(step / size) * size;
}

export function snapRate(rate, scale, { off, others = [] }) {
  if (!(rate > 0)) return 0;
  const power = Math.floor(Math.log10(rate));
  const gap = one => Math.abs(scale.to(one) - scale.to(rate));
  if (!off) {
    const rests = [0, ...others];
    for (const p of [power - 1, power, power + 1]) for (const factor of ROUND_RATES) if (gap(factor * 10 ** p) <= 2 * REACH) rests.push(Number(`${factor}e${p}`));
    const best = rests.filter(one => gap(one) <= REACH && (one > 0 || !scale.log)).sort((a, b) => gap(a) - gap(b))[0];
    if (best !== undefined) return best;
  }
  const pixel = Math.abs(scale.from(scale.to(rate) - 1) - rate);
  const digits = Math.min(Math.max(power - Math.floor(Math.log10(pixel || rate)) + 1, 2), off ? 6 : 3);
  return Number(rate.toPrecision(digits));
}

// One unit of the last digit that is shown, for the arrow keys: of a step, of a rate.
export const stepUnit = total => Math.max(10 ** Math.floor(Math.log10(Math.max(total, 1) / 500)), 1);
export const rateUnit = (rate, peak) => Number(`1e${Math.floor(Math.log10(rate > 0 ? rate : peak || 1e-3)) - 1}`);
