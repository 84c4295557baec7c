"""The command line: one verb a module; parse options, call one function, print."""
