from .link import State, link_of
def page(state, own=()):
    return f"<!doctype html><title>stand-in</title><p>{link_of(state)}</p>"
def module(own=()):
    return "const mount = (element, options) => ({get() {}, set() {}, destroy() {}});\nexport { mount };"
def style():
    return ""
