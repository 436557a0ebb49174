"""Reports: rows, documents and replays for people and programs."""
