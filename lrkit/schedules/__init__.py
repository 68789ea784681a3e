"""The schedules: one file each, with the step object and its list side by side.

A file is loaded when a name in it is asked for, and all of them when the registry is read: `_registry.kinds`. So a
schedule in a new file is registered without another edit.
"""
