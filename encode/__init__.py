"""Transformers as data: sequence programs, arithmetics, terms, bit-vectors."""
