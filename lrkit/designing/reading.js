// What the curve is at a step: a line under the pointer, and with H held, or switched on, a cross-hair with all numbers.
import { countText, decimalText, numberText, rateText } from "./axes.js";
import { unitOf } from "./budget.js";
import { stepsToDraw } from "./curve.js";
import { el } from "./dom.js";
import { sumTo } from "./numbers.js";
import { stepUnit } from "./snap.js";

const CLEAR = 8; // pixels around the card
const NEAR = 60; // pixels beside the cross-hair, where the curve is looked at

export class Reading {
  constructor(app) {
    this.app = app;
    this.whole = this.held = false;
    this.step = null;
    this.card = el("table", { class: "card", "aria-hidden": "true", hidden: true });
    this.knob = el("button", { type: "button", role: "slider", class: "knob", hidden: true, "aria-label": "Cross-hair", "aria-valuemin": "0", onkeydown: event => this.key(event), onpointerdown: event => this.knob.setPointerCapture(event.pointerId) });
    app.plot.append(this.card, this.knob);
  }
  // On for good, or for as long as a key is held.
  switch(whole, held = false) {
    const on = whole || held;
    Object.assign(this, { whole, held });
    this.app.crossButton.setAttribute("aria-pressed", String(whole));
    this.card.hidden = this.knob.hidden = !on;
    if (on) this.step ??= Math.round(this.app.budget.total / 2);
    this.at(on || this.over ? this.step : null);
  }
  key(event) {
    const { total } = this.app.budget;
    const sign = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    const ends = { Home: 0, End: total }[event.key];
    if (event.key === "Escape") return void this.switch(false);
    if (!sign && ends === undefined) return;
    event.preventDefault();
    this.at(ends ?? this.step + sign * (event.ctrlKey || event.metaKey ? 1 : stepUnit(total) * (event.shiftKey ? 10 : 1)));
  }
  // The pointer is at a pixel of the plot, or has left it.
  hover(px) {
    this.over = px !== null;
    if (this.app.hands.held) this.app.chart.hover(null);
    else if (this.over) this.at(Math.round(this.app.chart.x.from(px)));
    else if (!this.whole) this.at(null);
  }
  // At a step, or nowhere.
  at(step) {
    const { app, whole, held } = this;
    if (step === null) {
      if (!held) this.step = null;
      app.chart.hover(null);
      app.readout.textContent = app.summary();
      return;
    }
    this.step = Math.min(Math.max(step, 0), app.budget.total);
    const on = whole || held;
    const rate = app.schedule.at(this.step);
    const [px] = app.chart.hover(this.step, on ? rate : null);
    this.readAt(this.step, rate);
    if (!on) return;
    const places = this.places(this.step);
    const rows = [...places, ...this.rows(rate)];
    this.card.replaceChildren(...rows.map(([name, value], k) => el("tr", { class: k < places.length ? "place" : "" }, el("th", { scope: "row" }, name), el("td", {}, value))));
    this.putCard(px);
    this.knob.style.transform = `translate(${px.toFixed(1)}px,${app.chart.height - app.chart.margin.bottom}px)`;
    this.knob.setAttribute("aria-valuemax", String(app.budget.total));
    this.knob.setAttribute("aria-valuenow", String(this.step));
    this.knob.setAttribute("aria-valuetext", rows.map(row => row.join(" ").trim()).join(", "));
  }
  // The card lies where it covers least of the curves, and nothing near the cross-hair if that can be; there it stays.
  putCard(px) {
    const { card, app } = this;
    const { x, y, width, height, margin } = app.chart;
    const [wide, high] = [card.offsetWidth, card.offsetHeight];
    const [right, bottom] = [width - margin.right, height - margin.bottom].map((end, k) => Math.max(end - [wide, high][k] - CLEAR, 4));
    const [left, top] = [Math.min(margin.left + CLEAR, right), Math.min(margin.top, bottom)];
    const lines = [app.schedule, ...app.ghosts].map(one => {
      const steps = stepsToDraw(one, 0, x.high, width / 2, true);
      return [...one.rates(steps)].map((rate, k) => [x.to(steps[k]), y.to(rate)]);
    });
    const cost = ([over, down]) => {
      let sum = Math.abs(px - over - wide / 2) < wide / 2 + CLEAR ? 0.5 : 0;
      for (const line of lines)
        line.forEach(([x1, y1], k) => {
          const [x0, y0] = line[k - 1] ?? [x1, y1];
          if (x1 < over - CLEAR || x0 > over + wide + CLEAR || Math.max(y0, y1) < down - CLEAR || Math.min(y0, y1) > down + high + CLEAR) return;
          sum += (1 + Math.max(1 - Math.abs(x1 - px) / NEAR, 0) ** 2 * 1000) * Math.hypot(x1 - x0, y1 - y0);
        });
      return sum;
    };
    const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
    const places = shares.flatMap(down => shares.map(over => [left + over * (right - left), top + down * (bottom - top)]));
    if (this.lies) places.unshift([Math.min(this.lies[0], right), Math.min(this.lies[1], bottom)]);
    const costs = places.map(cost);
    this.lies = places[costs.indexOf(Math.min(...costs))];
    card.style.transform = `translate(${this.lies.map(at => `${Math.round(at)}px`)})`;
  }
  places(step) {
    const { budget } = this.app;
    const rows = [["step", numberText(step)]];
    const [epoch, token] = ["epoch", "token"].map(unit => unitOf(budget, unit));
    if (epoch) rows.push(["epoch", numberText(Number((step * epoch).toFixed(2)))]);
    if (token) rows.push(["tokens", countText(step * token)]);
    return rows;
  }
  rows(rate) {
    const { app, step } = this;
    const rows = [["rate", rateText(rate, 6)]];
    const other = decimalText(rate);
    if (other !== rows[0][1]) rows.push(["", other]);
    rows.push(["sum before", rateText(sumTo(app.schedule, step), 4)]);
    app.ghosts.forEach((ghost, k) => rows.push([`to kept ${k + 1}`, difference(rate, ghost.at(step))]));
    return rows;
  }
  // One line, above the plot.
  readAt(step, rate) {
    const words = this.places(step).map(([name, value]) => (name === "tokens" ? `${value} ${name}` : `${name} ${value}`));
    words.push(`rate ${rateText(rate)}`);
    this.app.ghosts.slice(0, 1).forEach(ghost => words.push(`${difference(rate, ghost.at(step))} to kept 1`));
    this.app.readout.textContent = words.join("  ·  ");
  }
}

function difference(rate, other) {
  const by = rate - other;
  const sign = by < 0 ? "−" : "+";
  return sign + rateText(Math.abs(by), 3) + (other ? ` (${sign}${Number((100 * Math.abs(by / other)).toPrecision(3))}%)` : "");
}
