"""The one way to refuse: what was not understood, or does not follow, is never accepted."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 (what happened, not an error of this software)
    """A step, a fact or a count that does not follow from what was accepted before; the message says which and why."""
