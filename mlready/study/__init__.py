"""What happens in a study session, as pure values and functions."""
