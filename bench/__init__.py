"""Benchmarks: each prints one JSON line and appends it to bench/results.jsonl."""
