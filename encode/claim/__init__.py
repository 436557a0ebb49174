"""Claims: what it is that two runs must agree on."""
