"""LaTeX to a tree, with every mistake and its place."""
