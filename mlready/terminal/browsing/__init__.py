"""Looking around: search, topics, their cards."""
