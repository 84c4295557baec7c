"""Writing in the terminal: a line editor, and answers that are written first."""
