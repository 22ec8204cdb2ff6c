"""Fixtures for every test that visits the demo's pages, or kills a bot."""

from tests.bot.mortal import forks
from tests.bot.visitor import browser, origin, visitor

__all__ = ("browser", "forks", "origin", "visitor")
