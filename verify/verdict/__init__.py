"""Verdicts: what is known about a claim, and words that break it."""
