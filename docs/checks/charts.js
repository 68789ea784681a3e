// What is wrong with a drawn plotly figure, read from its elements: `faults(holder)` gives a list of sentences.
window.faults = function (holder) {
  "use strict";
  const found = [];
  const layout = holder._fullLayout;
  const edge = holder.querySelector(".main-svg").getBoundingClientRect();
  const kinds = { xtick: "xtick", ytick: "ytick", "g-xtitle": "x title", "g-ytitle": "y title", "g-gtitle": "title",
    annotation: "annotation", legend: "legend" };
  for (const name of Object.keys(layout).filter((name) => /^[xy]axis\d+$/.test(name))) {
    kinds[`g-${layout[name]._id}title`] = `${name[0]} title`;
    kinds[`${layout[name]._id}tick`] = `${name[0]}tick`;
  }

  function kindOf(text) {
    for (let at = text; at !== holder; at = at.parentNode) {
      for (const name of at.classList) if (kinds[name]) return kinds[name];
      if (/^legend/.test(at.getAttribute("class") || "")) return "legend";
    }
    return "other";
  }

  const texts = [];
  for (const text of holder.querySelectorAll(".main-svg text")) {
    const style = getComputedStyle(text);
    const box = text.getBoundingClientRect();
    if (text.closest(".hoverlayer") || !text.textContent.trim() || style.visibility === "hidden") continue;
    if (!box.width || Number(style.opacity) === 0) continue;
    const inside = text.closest(".annotation");
    const index = inside && Number(inside.getAttribute("data-index"));
    const free = inside && /mark/.test((layout.annotations[index] || {}).name || "");
    texts.push({ kind: kindOf(text), words: text.textContent.slice(0, 40), box, fill: style.fill, free, text });
  }

  const overlap = (a, b) => Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left),
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const plots = Object.values(layout._plots).map((plot) => {
    const left = edge.left + plot.xaxis._offset, top = edge.top + plot.yaxis._offset;
    return { left, top, right: left + plot.xaxis._length, bottom: top + plot.yaxis._length,
      width: plot.xaxis._length, height: plot.yaxis._length };
  });

  texts.forEach((one, k) => {
    texts.slice(k + 1).forEach((other) => {
      if (overlap(one.box, other.box) > 1) found.push(`${one.kind} "${one.words}" on ${other.kind} "${other.words}"`);
    });
    if (!one.free && plots.some((plot) => overlap(one.box, plot) > 1)) found.push(`${one.kind} "${one.words}" on a plot`);
    const over = Math.max(edge.left - one.box.left, one.box.right - edge.right, edge.top - one.box.top,
      one.box.bottom - edge.bottom);
    if (over > 1) found.push(`${one.kind} "${one.words}" outside by ${over.toFixed()} px`);
    if (one.kind === "xtick" && /rotate\((?!0[,)])/.test(one.text.getAttribute("transform") || "")) {
      found.push(`xtick "${one.words}" is turned`);
    }
    if (one.kind === "legend") {
      const frame = one.text.closest("g[class^=legend]").querySelector("rect.bg").getBoundingClientRect();
      if (one.box.bottom > frame.bottom + 2 || one.box.right > frame.right + 2) {
        found.push(`legend "${one.words}" is cut off`);
      }
    }
  });

  const wide = new Set();
  for (const plot of plots) for (let x = Math.round(plot.left); x < Math.round(plot.right); x++) wide.add(x);
  const part = wide.size / edge.width;
  if (part < 0.6) found.push(`the plots take ${(100 * part).toFixed()} % of the width`);
  for (const plot of plots) {
    if (plot.height < 90 || plot.height > 720) found.push(`a plot is ${plot.height.toFixed()} px high`);
    if (plot.width < 30) found.push(`a plot is ${plot.width.toFixed()} px wide`);
  }
  const used = Math.max(...plots.map((plot) => plot.bottom)) - Math.min(...plots.map((plot) => plot.top));
  const room = Math.max(...texts.map((text) => text.box.bottom)) - edge.top;
  if (edge.height - room > 60) found.push(`${(edge.height - room).toFixed()} px are empty below`);
  if (used / edge.height < 0.2) found.push(`the plots take ${(100 * used / edge.height).toFixed()} % of the height`);
  for (const kind of ["xtick", "ytick"]) {
    const count = texts.filter((text) => text.kind === kind).length;
    const one = kind === "xtick" && layout.xaxis.range[1] - layout.xaxis.range[0] <= 1;  // a run of one step
    if (count < (one ? 1 : 2)) found.push(`${count} numbers on ${kind}s`);
  }

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function luminance(colour) {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const part = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  }
  const paper = luminance(layout.paper_bgcolor);
  const contrast = (colour) => {
    const other = luminance(colour);
    return (Math.max(paper, other) + 0.05) / (Math.min(paper, other) + 0.05);
  };
  for (const colour of new Set(texts.map((text) => text.fill))) {
    if (contrast(colour) < 4.5) found.push(`text in ${colour} has a contrast of ${contrast(colour).toFixed(1)}`);
  }
  for (const path of holder.querySelectorAll(".scatterlayer path.js-line")) {
    const colour = getComputedStyle(path).stroke;
    if (contrast(colour) < 3) found.push(`a curve in ${colour} has a contrast of ${contrast(colour).toFixed(1)}`);
  }
  return [...new Set(found)];
};
