"""A laboratory of simulated learners, in which ways to plan a day are held against each other."""
