"""Work that must not hold up the server: a pool of child processes, what they do, and the wire between."""
