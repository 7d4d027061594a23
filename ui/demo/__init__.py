"""The scripted resident that drives the real screens."""
