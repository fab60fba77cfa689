"""The wrong form of each pattern, put into a rendered project, is caught by that project's own checks."""
