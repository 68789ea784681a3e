
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
    const same = (one, other) => JSON.stringify(lrkitState(one)) === JSON.stringify(lrkitState(other));
    const place = document.createElement("div");
    el.append(place);
    const unwatch = lrkitFollowTheme(place);
    const app = mount(place, {
        ...model.get("_state"),
        url: false,
        python,
        onChange() {
            const state = lrkitState(app.get());
            if (same(state, model.get("_state"))) return;
            model.set("_state", state);
            model.save_changes();
        },
    });
    const changed = () => {
        if (!same(app.get(), model.get("_state"))) app.set(model.get("_state"));
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

// What a model holds of a state: nothing of its history.
function lrkitState({ text, budget = "", ghosts = [], view = {} }) {
    return { text, budget, ghosts: [...ghosts], view: { log: Boolean(view.log), unit: view.unit ?? "step" } };
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
