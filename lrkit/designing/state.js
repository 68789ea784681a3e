// The state of the designer, and the way back through it. States are never changed, only replaced.
export const UNITS = ["step", "epoch", "sample", "token", "hour", "progress"];

export function stateFrom({ text = "", budget = "", ghosts = [], view = {} } = {}) {
  const { log = false, unit = "step" } = view;
  return { text, budget, ghosts: ghosts.slice(0, 4), view: { log: Boolean(log), unit: UNITS.includes(unit) ? unit : "step" } };
}

export const sameState = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// The states so far: `now`, those before it and those that were undone.
export class Trail {
  constructor(now, past = [], future = []) {
    Object.assign(this, { now, past, future });
  }
  with(state) {
    return sameState(state, this.now) ? this : new Trail(state, [...this.past, this.now], []);
  }
  undone() {
    return this.past.length ? new Trail(this.past.at(-1), this.past.slice(0, -1), [this.now, ...this.future]) : this;
  }
  redone() {
    return this.future.length ? new Trail(this.future[0], [...this.past, this.now], this.future.slice(1)) : this;
  }
}
