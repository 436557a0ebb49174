"""The engine: requests in, verdicts out, over child processes."""
