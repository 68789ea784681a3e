"""Schedules in JavaScript."""
