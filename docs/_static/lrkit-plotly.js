// Draws the plotly figures of a page, and draws them again when the reader turns the page light or dark.
(function () {
  "use strict";
  const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["sendChartToCloud"] };
  const theme = () => document.documentElement.dataset.theme === "dark" ? "dark" : "light";

  function draw(holder) {
    const figure = JSON.parse(holder.querySelector("script").textContent);
    const layout = Object.assign({}, figure.layout, { template: figure.themes[theme()] });
    const drawing = holder.querySelector(".lrkit-plotly-drawing");
    Plotly.newPlot(drawing, { data: figure.data, layout: layout, frames: figure.frames || [], config: config });
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
