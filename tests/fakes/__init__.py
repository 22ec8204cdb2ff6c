"""Platforms of our own, on this machine alone, for tests and benches."""
