"""Programs: transformers as data, their operations and position expressions."""
