// The link of a state: what the page shows, in the part of its address behind "#". link.py says the same.

const LINK_VERSION = 1;
const LINK_LONGEST = 2 ** 20;
const LINK_GHOSTS = 4;
const LINK_MARK = /#(?=v[0-9]{1,6}:|e=)|^(?=v[0-9]{1,6}:)/;
const LINK_PARTS = ["e", "budget", "T", "g", "log", "x"];
const LINK_UNITS = ["step", "epoch", "sample", "token", "hour", "progress"];
const LINK_FLAGS = new Map([[0, false], [1, true], [false, false], [true, true], ["0", false], ["1", true],
    ["false", false], ["true", true]]);

// Why a link cannot be read, in words for the reader.
export class DamagedLink extends Error {}

// The link of a state {text, budget, ghosts, view: {log, unit}}, from "#" on.
export function linkOf(state) {
    const parts = { e: state.text };
    const { log, unit = "step" } = state.view ?? {};
    if (state.budget) parts.b = state.budget;
    if (state.ghosts?.length) parts.g = state.ghosts;
    if (log || unit !== "step") parts.v = { ...(log ? { log: 1 } : {}), ...(unit !== "step" ? { x: unit } : {}) };
    let bytes = "";
    for (const byte of new TextEncoder().encode(JSON.stringify(parts))) bytes += String.fromCharCode(byte);
    return `#v${LINK_VERSION}:${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

// Whether a text is meant as a link.
export function isLink(text) {
    return LINK_MARK.test(text.slice(0, LINK_LONGEST));
}

// The state in a link: the address of a page, or the part of it from "#" on.
export function stateOf(link) {
    if (link.length > LINK_LONGEST) {
        throw new DamagedLink(`the link has ${link.length} characters, at most ${LINK_LONGEST} are read`);
    }
    const mark = LINK_MARK.exec(link);
    if (!mark) throw new DamagedLink("a link has '#v1:' or '#e=' in it");
    const fragment = link.slice(mark.index + mark[0].length).trim();
    return fragment.startsWith("e=") ? linkReadable(fragment) : linkPacked(fragment);
}

function linkPacked(fragment) {
    const colon = fragment.indexOf(":"), version = Number(fragment.slice(1, colon)), packed = fragment.slice(colon + 1);
    if (version !== LINK_VERSION) {
        throw new DamagedLink(`the link has version ${version}, and this lrkit reads version ${LINK_VERSION}`);
    }
    let parts;
    try {
        if (!/^[A-Za-z0-9_-]+$/.test(packed)) throw new TypeError();
        const bytes = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        parts = JSON.parse(text.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
    } catch {
        throw new DamagedLink("the link is damaged: a part of it is missing or was changed");
    }
    const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject(parts)) throw new DamagedLink("the link is damaged: it holds no design");
    const { e, b = "", g = [], v = {} } = parts;
    if (!isObject(v)) throw new DamagedLink("the link is damaged: its v must be an object");
    return linkChecked(e, b, g, v.log === undefined ? 0 : v.log, v.x === undefined ? "step" : v.x);
}

function linkReadable(fragment) {
    const found = new Map(), ghosts = [];
    for (const part of fragment.split("&")) {
        const at = part.indexOf("="), name = at < 0 ? part : part.slice(0, at), written = at < 0 ? "" : part.slice(at + 1);
        if (!LINK_PARTS.includes(name)) {
            throw new DamagedLink(`there is no part ${name}= in a link: there are ${LINK_PARTS.join("=, ")}=`);
        }
        if (/%(?![0-9A-Fa-f]{2})/.test(written)) {
            throw new DamagedLink(`the link is damaged: % in its ${name}= is not followed by two digits`);
        }
        let value;
        try {
            value = decodeURIComponent(written);
        } catch {
            throw new DamagedLink(`the link is damaged: its ${name}= is not UTF-8`);
        }
        if (name === "g") ghosts.push(value);
        else if (found.has(name)) throw new DamagedLink(`the link has ${name}= twice`);
        else found.set(name, value);
    }
    if (found.has("T") && found.has("budget")) {
        throw new DamagedLink("the link has budget= and T=, of which one is enough");
    }
    const budget = found.has("T") ? `updates=${found.get("T")}` : found.get("budget") ?? "";
    return linkChecked(found.get("e"), budget, ghosts, found.get("log") ?? "0", found.get("x") ?? "step");
}

function linkChecked(text, budget, ghosts, log, unit) {
    if (typeof text !== "string" || !text.trim()) throw new DamagedLink("the link has no expression");
    if (typeof budget !== "string") throw new DamagedLink("the link is damaged: its b must be a text");
    if (!Array.isArray(ghosts) || !ghosts.every((ghost) => typeof ghost === "string")) {
        throw new DamagedLink("the link is damaged: its g must be a list of texts");
    }
    if (ghosts.length > LINK_GHOSTS) {
        throw new DamagedLink(`the link has ${ghosts.length} curves beside the designed one, at most ${LINK_GHOSTS} are kept`);
    }
    if (!LINK_FLAGS.has(log)) throw new DamagedLink("the link is damaged: its log must be 0 or 1");
    if (!LINK_UNITS.includes(unit)) {
        throw new DamagedLink(`the link is damaged: its x must be one of ${LINK_UNITS.join(", ")}`);
    }
    return { text, budget, ghosts, view: { log: LINK_FLAGS.get(log), unit } };
}
