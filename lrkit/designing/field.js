// The field for numbers at a handle.
import { rateText } from "./axes.js";
import { lengthOf } from "./budget.js";
import { el } from "./dom.js";

export function ask(app, number) {
  const { asked, chart } = app;
  const handle = app.handles[number];
  const button = app.hands.buttons[number];
  const fields = handle.shape
    ? { value: [handle.shape.name, rateText(handle.shape.value)] }
    : { ...(handle.sideways ? { step: ["Step", String(handle.step)] } : {}), rate: ["Rate", rateText(handle.rate, 6)] };
  const inputs = Object.entries(fields).map(([key, [words, value]]) => [key, el("input", { type: "text", value, "aria-label": `${words} of ${handle.name ?? "the phase"}`, inputmode: "decimal" }), words]);
  const close = () => {
    if (asked.hidden) return;
    asked.hidden = true;
    button.focus();
  };
  const [px, py] = chart.place(handle);
  asked.replaceChildren(...inputs.map(([, input, words]) => el("label", {}, words, input)), el("button", { type: "submit" }, "Set"));
  asked.onsubmit = event => {
    event.preventDefault();
    const change = {};
    for (const [key, input] of inputs) if (input.value !== fields[key][1]) change[key] = key === "step" ? lengthOf(input.value, app.budget) : Number(input.value || NaN);
    close();
    if (Object.keys(change).length) app.edit(handle, change);
  };
  asked.onkeydown = event => {
    event.stopPropagation();
    if (event.key === "Escape") close();
  };
  asked.hidden = false;
  asked.style.left = `${Math.min(Math.max(px - 70, 4), chart.width - 250)}px`;
  asked.style.top = `${py > 90 ? py - 84 : py + 26}px`;
  inputs[0][1].focus();
  inputs[0][1].select();
}
