"""A tree in words, as one reads it aloud."""
