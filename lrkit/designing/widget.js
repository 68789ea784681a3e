
// The page in a notebook: the state of the model is what it shows, and Python answers what it asks.
function lrkitWidget({ model, el }) {
    const asked = new Map();
    let number = 0;
    const python = (question) => new Promise((done, failed) => {
        const id = `${Date.now()}-${number++}`;
        asked.set(id, { done, failed });
        model.send({ ...question, id });
    });
    const answered = ({ id, error, ...answer }) => {
        const waiting = asked.get(id);
        asked.delete(id);
        if (error) waiting?.failed(new Error(error));
        else waiting?.done(answer);
    };
    const place = document.createElement("div");
    el.append(place);
    const unwatch = lrkitFollowTheme(place);
    const known = { ...model.get("_known") };
    let sent = "";
    const app = mount(place, {
        ...model.get("_state"),
        known,
        url: false,
        python,
        onChange(state) {
            sent = lrkitText(state);
            if (sent === lrkitText(model.get("_state"))) return;
            model.set("_state", JSON.parse(sent));
            model.save_changes();
        },
    });
    const changed = () => {
        const text = lrkitText(model.get("_state"));
        if (text === sent) return;  // what this page has sent itself, perhaps in the middle of a drag
        sent = text;
        Object.assign(known, model.get("_known"));
        app.set(model.get("_state"));
    };
    model.on("change:_state", changed);
    model.on("msg:custom", answered);
    return () => {
        model.off("change:_state", changed);
        model.off("msg:custom", answered);
        unwatch();
        app.destroy();
    };
}

// What a model holds of a state, as a text: nothing of its history.
function lrkitText({ text, budget = "", ghosts = [], view = {} }) {
    return JSON.stringify({ text, budget, ghosts, view: { log: Boolean(view.log), unit: view.unit ?? "step" } });
}

// Light or dark as the notebook is: JupyterLab, VS Code and marimo each say it in their own way.
function lrkitFollowTheme(place) {
    const { body, documentElement: root } = document;
    const theme = () => {
        if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "true" ? "light" : "dark";
        if (body.dataset.vscodeThemeKind) return body.dataset.vscodeThemeKind.includes("light") ? "light" : "dark";
        const names = `${root.className} ${body.className} ${root.dataset.theme ?? ""} ${body.dataset.theme ?? ""}`;
        return /\bdark\b/.test(names) ? "dark" : /\blight\b/.test(names) ? "light" : "";
    };
    const follow = () => {
        if (theme()) place.dataset.theme = theme();
        else delete place.dataset.theme;
    };
    const watcher = new MutationObserver(follow);
    const attributes = ["data-jp-theme-light", "data-vscode-theme-kind", "data-theme", "class"];
    for (const element of [body, root]) watcher.observe(element, { attributes: true, attributeFilter: attributes });
    follow();
    return () => watcher.disconnect();
}

export default { render: lrkitWidget };
