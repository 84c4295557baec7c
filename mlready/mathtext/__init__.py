"""LaTeX mathematics: its balance so far, its text in a terminal next; imports nothing of the rest."""
