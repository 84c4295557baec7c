"""Anki's own files, read without Anki: packages and collections, every one of them untrusted."""
