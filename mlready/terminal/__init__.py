"""The review loop and its screens; screens turn values into text and never print."""
