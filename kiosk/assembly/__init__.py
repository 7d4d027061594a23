"""Builds every long-lived object once, in order, and stops them in reverse: the only wiring."""
