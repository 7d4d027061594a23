"""Document cameras."""
