"""Fixtures of the demo's pages, for every test that visits them."""

from tests.bot.visitor import browser, origin, visitor

__all__ = ("browser", "origin", "visitor")
