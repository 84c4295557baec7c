"""What must be known of compiling without compiling: how large a file may be, and the version.

Apart, so that looking at a folder needs no YAML and no Markdown.
"""

# Raise it when the same files compile to something else: then every store compiles them anew.
COMPILER_VERSION = 2

MAX_BYTES = 8 * 1024 * 1024  # of one YAML file
