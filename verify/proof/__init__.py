"""Proofs: made by one solver, checked by another program."""
