"""Where Debian's Chromium is, and how tests start it."""

import shutil

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
