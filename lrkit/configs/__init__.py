"""Configs of training systems: data in, schedules by group out, and back. No system is imported.

A file for each system declares what tells its configs, how they are read and, where a schedule has a form there, how
one is written.
"""

from .._configured import Configured as Configured
from ._reading import from_config as from_config
