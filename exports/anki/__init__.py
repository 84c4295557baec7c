"""Anki packages that can be regenerated after every edit without losing a review."""
