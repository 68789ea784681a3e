"""Which schedule a run had: `identify`."""

from ._identify import identify as identify
