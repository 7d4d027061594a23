"""Pads: what the keys of the screen do to a typed value."""
