"""Commands: the command line, and the same from Python."""
