"""What to study and when: pure, with no files, database, clock or terminal."""
