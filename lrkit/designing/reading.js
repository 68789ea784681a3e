// What the curve is at a step: a line under the pointer, and with H held, or switched on, a cross-hair with all numbers.
import { countText, decimalText, numberText, rateText } from "./axes.js";
import { unitOf } from "./budget.js";
import { el } from "./dom.js";
import { sumTo } from "./numbers.js";
import { stepUnit } from "./snap.js";

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
    const [px, py] = app.chart.hover(this.step, on ? rate : null);
    this.readAt(this.step, rate);
    if (!on) return;
    const places = this.places(this.step);
    const rows = [...places, ...this.rows(rate)];
    this.card.replaceChildren(...rows.map(([name, value], k) => el("tr", { class: k < places.length ? "place" : "" }, el("th", { scope: "row" }, name), el("td", {}, value))));
    this.card.classList.toggle("left", px > app.chart.width / 2);
    this.card.classList.toggle("low", py < app.chart.height / 2);
    this.knob.style.transform = `translate(${px.toFixed(1)}px,${app.chart.height - app.chart.margin.bottom}px)`;
    this.knob.setAttribute("aria-valuemax", String(app.budget.total));
    this.knob.setAttribute("aria-valuenow", String(this.step));
    this.knob.setAttribute("aria-valuetext", rows.map(row => row.join(" ").trim()).join(", "));
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
