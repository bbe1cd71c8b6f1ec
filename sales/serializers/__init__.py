"""Sales records in the words of the API."""
