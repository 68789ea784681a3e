"""The mark by which a link of the designer is told from other texts: nothing else of the designer is loaded for it."""

from __future__ import annotations

import re

MAX_LINK = 2**20
"""Longest link that is read, in characters."""
MARK = re.compile(r"#(?=v[0-9]{1,6}:|e=)|^(?=v[0-9]{1,6}:)")
"""Where a link begins: in an address, or at the beginning of the text."""


def is_link(text: str) -> bool:
    """Whether a text is meant as a link."""
    return MARK.search(text[:MAX_LINK]) is not None
