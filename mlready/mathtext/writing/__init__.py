"""A tree on one line, in Unicode or ASCII."""
