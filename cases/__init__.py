"""The transformers that ship: catalogue entries as short Python models."""
