// The schedule in other notations, to be copied or saved.
import { printed } from "../javascript/printed.js";
import { el, pushButton } from "./dom.js";

const MOST_ROWS = 100000;
const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;

export function csvOf(schedule, total) {
  const every = Math.ceil(total / MOST_ROWS);
  const steps = Float64Array.from({ length: Math.ceil(total / every) }, (_, k) => k * every);
  const rates = schedule.rates(steps);
  return "step,lr\n" + Array.from(steps, (step, k) => `${step},${rates[k]}\n`).join("");
}

export function shellOf(state, total) {
  const size = state.budget ? `--budget ${quoted(state.budget)}` : `--steps ${total}`;
  return `lrkit plot ${quoted(state.text)} ${size}`;
}

const EXACTLY = "Exact: the same rate at every step.";
const NATIVE = ["torch", "transformers", "optax", "keras", "mindspore"];

// Without Python: torch calls a function, and the others' graphs need lrkit's adapter. Which of their own classes are
// equal, only Python can say.
const ADAPTERS = { optax: "learning_rate = lrkit.to_optax(schedule)", keras: "learning_rate = lrkit.to_keras(schedule)" };
const ownClasses = (state, framework) => `For ${framework}'s own classes, where they are equal: lrkit source ${quoted(state.text)} ${framework}`;

function adapted(state, framework) {
  const text = `import lrkit\n\nschedule = lrkit.parse(${JSON.stringify(state.text)})\n${ADAPTERS[framework]}`;
  return { text, note: `Exact, by lrkit. ${ownClasses(state, framework)}` };
}

const torchOf = (schedule, state) => ({ text: printed(schedule, "torch"), note: `${EXACTLY} ${ownClasses(state, "torch")}` });

// Code of a framework, which Python writes; it says whether it is exact.
async function source({ python, state, budget }, framework) {
  const { code, exact, says } = await python({ kind: "source", framework, text: state.text, steps: budget.total });
  return { text: code, note: says ?? (exact ? EXACTLY : "") };
}

// The notations: name, words, and how the text is made; `file` is what it is saved as.
export function notations(app) {
  const { schedule, state, budget } = app;
  const list = [
    { name: "lrkit", exact: true, file: "schedule.py", make: () => `schedule = lrkit.parse(${JSON.stringify(state.text)})` },
    { name: "Expression", exact: true, file: "schedule.txt", make: () => String(schedule) },
    { name: "JSON", exact: true, file: "schedule.json", make: () => schedule.toJson() },
    { name: "Shell", exact: true, file: "schedule.sh", make: () => shellOf(state, budget.total) },
    { name: "JavaScript", exact: true, file: "schedule.js", make: () => printed(schedule, "javascript") },
    { name: "Python", exact: true, file: "schedule.py", make: () => printed(schedule, "python") },
    { name: "CSV", exact: true, file: "schedule.csv", make: () => csvOf(schedule, budget.total) },
    { name: "SVG", file: "schedule.svg", make: () => app.chart.picture(app.summary()) },
    { name: "PNG", file: "schedule.png", picture: true, make: () => app.chart.picture(app.summary()) },
  ];
  if (app.python) for (const framework of app.frameworks ?? NATIVE) list.push({ name: framework, file: "schedule.py", make: () => source(app, framework) });
  else {
    list.splice(-3, 0, { name: "torch", file: "schedule.py", make: () => torchOf(schedule, state) });
    for (const framework of Object.keys(ADAPTERS)) list.splice(-3, 0, { name: framework, file: "schedule.py", make: () => adapted(state, framework) });
  }
  return list;
}

export function copyPanel(app) {
  const list = notations(app);
  let chosen = list.find(one => one.name === app.notation) ?? list[0];
  const tabs = el("div", { class: "chips", role: "group", "aria-label": "Notation" });
  const shown = el("pre", { tabindex: "0", role: "region", "aria-label": "Text to copy" });
  const note = el("p", { class: "hint" });
  let text = "";
  const show = async one => {
    chosen = one;
    app.notation = one.name;
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.textContent === one.name));
    let words = one.exact ? EXACTLY : "";
    try {
      const made = await one.make();
      text = made.text ?? made;
      words = made.note ?? words;
    } catch (error) {
      text = "";
      words = error.message;
    }
    if (chosen !== one) return;
    copy.disabled = save.disabled = !text;
    shown.textContent = one.picture ? "A picture of the plot." : text.length > 20000 ? text.slice(0, 20000) + "\n…" : text;
    note.textContent = words;
  };
  tabs.append(...list.map(one => pushButton(one.name, () => show(one), { class: "chip", "aria-pressed": "false" })));
  const copy = pushButton("Copy", async () => app.say((await copied(text)) ? `${chosen.name} copied` : "The browser does not let this page copy; select the text instead"), { class: "primary" });
  const save = pushButton("Save as file", async () => saved(chosen.file, chosen.picture ? await pngOf(text) : new Blob([text])));
  show(chosen);
  return el("div", { class: "panel-body" }, tabs, shown, note, el("div", { class: "line-up" }, copy, save));
}

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { value: text, class: "away", "aria-hidden": "true" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function saved(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// An SVG as a PNG of twice its size.
export function pngOf(svg) {
  const image = new Image();
  return new Promise((done, failed) => {
    image.onload = () => {
      const canvas = el("canvas", { width: image.width * 2, height: image.height * 2 });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, "image/png");
    };
    image.onerror = failed;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}
