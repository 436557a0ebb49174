"""The reference run: programs interpreted word by word, straight from their meaning."""
