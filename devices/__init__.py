"""Drivers of the terminal's devices; no Qt and nothing of `kiosk` below this package."""
