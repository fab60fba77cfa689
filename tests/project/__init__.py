"""Rendered projects, checked and run as their users would."""
