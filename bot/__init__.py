"""The edge: channels, the clock, the environment, the command line, and the wiring."""
