"""Rechecking: records of what was decided, read and checked again."""
