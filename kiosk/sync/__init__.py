"""The portal's client: wire, client, uploader."""
