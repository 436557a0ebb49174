"""Reductions: facts about terms, and the rules that use them."""
