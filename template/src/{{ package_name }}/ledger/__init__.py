"""The example domain: accounts, transfers between them, a dashboard and a statement. Yours to change or delete."""
