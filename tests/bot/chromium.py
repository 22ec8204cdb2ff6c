"""Where Debian's Chromium is, and how tests start it."""

import shutil

from playwright.async_api import expect

# A busy machine may be slow; a page that never gets there still fails.
expect.set_options(timeout=20_000)

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
