"""What happens in a study session, as values and functions; only reading touches the store."""
