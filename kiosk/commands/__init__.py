"""The `kiosk` command, one module per word of the command line."""
