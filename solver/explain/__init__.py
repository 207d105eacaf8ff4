"""Explanation: why a problem has no schedule that keeps every hard rule."""
