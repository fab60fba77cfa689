"""The service's package; see README.md for the map of its folders."""
