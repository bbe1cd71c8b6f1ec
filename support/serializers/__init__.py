"""Support records as JSON and back, one module a trade."""
