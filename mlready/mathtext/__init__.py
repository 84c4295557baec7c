"""LaTeX mathematics as terminal text; imports nothing of the rest, and nothing of others."""
