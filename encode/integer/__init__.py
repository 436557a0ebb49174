"""Integers: ratios and truths over a symbolic length and symbolic counts."""
