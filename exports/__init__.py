"""Compiled notes in other formats, Anki first; knows no store."""
