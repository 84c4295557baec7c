"""LaTeX mathematics as text; imports nothing of the rest."""
