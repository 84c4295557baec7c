"""LaTeX mathematics: for now, whether it is balanced; imports nothing of the rest."""
