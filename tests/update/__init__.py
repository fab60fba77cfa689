"""`copier update` delivers changes and loses nothing."""
