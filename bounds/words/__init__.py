"""Words: both runs of a claim on every word; positions that are alike in several words are computed once."""
