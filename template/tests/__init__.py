"""Tests: `unit` need no server, `integration` prove the patterns on a real PostgreSQL."""
