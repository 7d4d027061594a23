"""The words of the `portal` command, one module each; `output.py` says how they answer."""
