"""Prefixes: what a run has to remember of a word, letter by letter, and what becomes of all words at once."""
