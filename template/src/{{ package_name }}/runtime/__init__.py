"""The process: event loop, logging, life cycle, local PostgreSQL."""
