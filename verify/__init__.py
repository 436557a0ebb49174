"""Deciding: the reference run, solvers, obligations, verdicts, the command line."""

from .api import verify
from .verdict import Status, Verdict, Witness

__all__ = ["Status", "Verdict", "Witness", "verify"]
