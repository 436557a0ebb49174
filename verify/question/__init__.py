"""Questions: one claim at one length, as terms, and compared with the reference run."""
