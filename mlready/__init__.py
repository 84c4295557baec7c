"""The application: reads decks, keeps progress, talks to the learner."""
