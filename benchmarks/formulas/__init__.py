"""Formulas by us and by other packages: what each makes of the same LaTeX."""
