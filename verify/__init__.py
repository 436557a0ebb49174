"""Deciding: the reference run, questions, solvers, verdicts, the command line."""
