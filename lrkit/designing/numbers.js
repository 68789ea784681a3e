// What a schedule comes to over a run: the numbers that `lrkit compare` gives.
const EXACT = 2 ** 17;

// Rates of a run, and for how many steps each stands: every step of a short run, the middles of blocks of a long one.
export function runOf(schedule, total) {
  let edges = [0, total];
  if (total > EXACT) {
    const knots = schedule.knots({ quick: true, stop: total });
    if (knots.length < 1000) edges.push(1, total - 1, ...knots.flatMap(knot => [Math.floor(knot), Math.ceil(knot), Math.ceil(knot) + 1]));
    edges = [...new Set(edges)].filter(edge => edge <= total).sort((a, b) => a - b);
  }
  const steps = [];
  const weights = [];
  for (let k = 0; k + 1 < edges.length; k++) {
    const size = edges[k + 1] - edges[k];
    const count = Math.min(size, Math.max(64, Math.floor((size / total) * EXACT)));
    for (let n = 0; n < count; n++) {
      const [low, high] = [Math.floor((n * size) / count), Math.floor(((n + 1) * size) / count)];
      steps.push(edges[k] + low + (high - low - 1) / 2);
      weights.push(high - low);
    }
  }
  return { steps, weights, rates: schedule.rates(Float64Array.from(steps)) };
}

export function numbersIn(schedule, total) {
  const { steps, weights, rates } = runOf(schedule, total);
  let [peak, floor, sum, half, peakAt] = [-Infinity, Infinity, 0, 0, 0];
  rates.forEach(rate => (peak = rate > peak ? rate : peak));
  const near = 1e-12 * Math.abs(peak);
  peakAt = rates.findIndex(rate => rate >= peak - near);
  let [after, atFloor] = [0, 0];
  rates.forEach((rate, k) => {
    sum += weights[k] * rate;
    if (rate > peak / 2) half += weights[k];
    if (k >= peakAt) floor = rate < floor ? rate : floor;
  });
  for (let k = peakAt; k < rates.length; k++) {
    after += weights[k];
    if (rates[k] <= floor + near) atFloor += weights[k];
  }
  return { peak, first: rates[0], last: rates.at(-1), mean: sum / total, sum, warmup: steps[peakAt] / total, half, floor: atFloor / total, lowest: floor };
}

// The sum of the rates before a step, closely: by the middles of equal blocks.
export function sumTo(schedule, step) {
  if (!step) return 0;
  const count = Math.min(Math.ceil(step), 400);
  const middles = Float64Array.from({ length: count }, (_, k) => Math.max(((k + 0.5) * step) / count - 0.5, 0));
  return (schedule.rates(middles).reduce((a, b) => a + b, 0) * step) / count;
}
