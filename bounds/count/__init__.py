"""Counts: runs of programs in which only how often each symbol occurs matters."""
