"""What the terminal does; no Qt and no device library below this package."""

__version__ = "0.2.0"
