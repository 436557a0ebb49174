"""Words: both runs of a claim on every word, where each position is computed once for all words in which it is alike."""
