"""The reference central portal; `openapi.yaml` is the contract."""
