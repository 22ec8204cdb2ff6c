"""Figures in, text, picture or file out; no I/O."""
