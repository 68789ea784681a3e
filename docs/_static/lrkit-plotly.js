// Draws the plotly figures of a page, and draws them again when the reader turns the page light or dark.
(function () {
  "use strict";
  const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["sendChartToCloud"] };
  const theme = () => document.documentElement.dataset.theme === "dark" ? "dark" : "light";

  // The colours of one template, each with the colour that the other has in its place.
  function pairs(one, other, found) {
    if (typeof one === "string" && typeof other === "string" && one[0] === "#") found.set(one, other);
    if (one && other && typeof one === "object") Object.keys(one).forEach((key) => pairs(one[key], other[key], found));
    return found;
  }

  function recoloured(value, colours) {
    if (typeof value === "string") return colours.get(value) || value;
    if (Array.isArray(value)) return value.map((item) => recoloured(item, colours));
    if (!value || typeof value !== "object" || "bdata" in value) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recoloured(item, colours)]));
  }

  function draw(holder) {
    const figure = JSON.parse(holder.querySelector("script").textContent);
    const template = figure.themes[theme()];
    const colours = pairs(figure.layout.template || {}, template, new Map());
    const layout = Object.assign(recoloured(figure.layout, colours), { template: template });
    const frames = recoloured(figure.frames || [], colours);
    const drawing = holder.querySelector(".lrkit-plotly-drawing");
    Plotly.newPlot(drawing, { data: recoloured(figure.data, colours), layout: layout, frames: frames, config: config });
  }

  function drawAll() {
    document.querySelectorAll(".lrkit-plotly").forEach(draw);
  }

  document.addEventListener("DOMContentLoaded", function () {
    drawAll();
    let last = theme();
    new MutationObserver(function () {
      if (theme() !== last) {
        last = theme();
        drawAll();
      }
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  });
})();
