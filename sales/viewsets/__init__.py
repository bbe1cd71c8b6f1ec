"""The doors of the API to sales, one module a trade."""
