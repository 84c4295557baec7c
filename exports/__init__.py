"""Compiled notes in other formats, and their history back; knows no store."""
