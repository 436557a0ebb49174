"""Models: how people write programs, in Python and in files."""
