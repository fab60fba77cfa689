"""The web layer: the application, request context, errors and health. It knows `db/`; `db/` does not know it."""
