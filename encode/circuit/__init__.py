"""Circuits: from terms to bits, graphs and clauses, and their files."""
