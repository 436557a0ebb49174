"""The checker: what rules and runs on counts claim is accepted here, or refused. It imports nothing that it checks."""
