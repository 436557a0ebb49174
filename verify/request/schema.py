"""The names of the JSON documents that are written and read; `docs/json.md` describes them."""

SCHEMA = "logbits/verdicts/2"
"""Raised when a field changes its meaning or goes; new fields may come without notice."""

READABLE = (SCHEMA, "logbits/verdicts/1")
"""What witnesses are read from: what is read of a verdict is the same in all of these."""
