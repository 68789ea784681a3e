"""The default role: in a docstring, `CosineDecayLR` links to its page; anything that has none is code."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxRole


class Name(SphinxRole):
    """A name as it stands in a docstring."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A link, or code."""
        shown = nodes.literal(self.text, self.text, classes=["py"])
        if not is_public(self.text):
            return [shown], []
        link = pending_xref(
            "", shown, refdomain="py", reftype="obj", reftarget=f"lrkit.{self.text}", refdoc=self.env.docname,
            refexplicit=True,
        )  # fmt: skip
        return [link], []


def is_public(text: str) -> bool:
    from reference import documented

    return f"lrkit.{text}" in documented()


def setup(app: Any) -> dict[str, Any]:
    app.add_role("name", Name())
    return {"parallel_read_safe": True}
