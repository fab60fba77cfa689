"""Work apart from requests."""
