"""The review: the loop, what keys do, what is shown."""
