"""From the author's text to notes and cards, with a place for every problem."""
