"""The patterns, on a real PostgreSQL and with real commits."""
