// Elements, in few words.
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else if (key === "value" || key === "checked" || key === "disabled" || key === "hidden" || key === "open") node[key] = value;
    else if (value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

export const pushButton = (text, onclick, properties = {}) => el("button", { type: "button", onclick, ...properties }, text);

export function choice(label, options, value, onchange) {
  const select = el("select", { "aria-label": label, onchange: () => onchange(select.value) }, ...options.map(([key, text]) => el("option", { value: key }, text)));
  select.value = value;
  return select;
}

// A field for a number or a text, which tells what was entered when it is left, and takes it back with Escape.
export function entry(label, value, onchange, properties = {}) {
  const input = el("input", {
    type: "text", "aria-label": label, value, spellcheck: "false", autocomplete: "off", ...properties,
    onchange: () => input.value.trim() !== value && onchange(input.value.trim(), input),
    onkeydown: event => {
      if (event.key === "Escape") input.value = value;
      if (event.key === "Enter") input.blur();
    },
  });
  return input;
}
