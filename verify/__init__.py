"""Deciding: the reference run, solvers, obligations, verdicts, the command line."""
