"""The revisions, oldest first by number; only forward."""
