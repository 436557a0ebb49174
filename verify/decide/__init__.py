"""Deciding: which lengths are asked about how, and what becomes of each."""
