"""A stand-in, until the page is here."""

from .link import State, link_of


def page(state: State) -> str:
    """Of the state."""
    return f"<!doctype html><title>stand-in</title><p>{link_of(state)}</p>"


def module() -> str:
    """Of the page."""
    return """
function mount(element, options) {
    let state = options;
    const box = document.createElement("input");
    box.className = "stand-in";
    const show = () => { box.value = state.text; };
    box.addEventListener("change", () => { state = { ...state, text: box.value }; options.onChange?.(state); });
    element.append(box);
    show();
    return { get: () => state, set(next) { state = next; show(); }, destroy() { box.remove(); } };
}
"""


def style() -> str:
    """Of the page."""
    return ".stand-in { width: 100%; }"
