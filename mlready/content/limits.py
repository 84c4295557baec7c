"""How large the files of a deck may be; apart, so that looking at a folder needs no YAML."""

MAX_BYTES = 8 * 1024 * 1024  # of one YAML file
