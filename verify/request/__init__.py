"""Requests: what users write, and what is wrong with it."""
