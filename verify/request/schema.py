"""The names of the JSON documents that are written and read; `docs/json.md` describes them."""

SCHEMA = "logbits/verdicts/2"
"""Raised when a field changes its meaning or goes; new fields may come without notice."""
