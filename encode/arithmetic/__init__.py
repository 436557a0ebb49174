"""Arithmetics: formats, their text, which rounding each site gets, and the pass that puts roundings in."""
