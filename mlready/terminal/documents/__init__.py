"""A card's text in the terminal: blocks, paragraphs with formulas in them, tables."""
