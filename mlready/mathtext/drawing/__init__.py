"""A tree in two dimensions: boxes of text on a baseline."""
