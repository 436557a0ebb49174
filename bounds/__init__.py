"""Facts without a solver: ranges, local lemmas, shared twins."""
