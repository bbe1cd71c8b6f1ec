"""The doors of the API to support, one module a trade."""
