"""A running Anki, reached through its add-on AnkiConnect."""
