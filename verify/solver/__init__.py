"""Solvers: children that answer, with limits."""
