"""The thin outer layer of toban: the HTTP API and the command line. It holds no scheduling logic."""

import gc

# What importing and building a model make stays; going through it every 700 objects takes a fifth of the start.
gc.set_threshold(50_000, 20, 20)
