"""Conversations: a turn in, one reply out; no platform, no clock, no environment here."""
