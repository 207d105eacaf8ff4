"""Measurements of the solver: speed, size, and what backup coverage costs."""
