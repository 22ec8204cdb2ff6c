"""LibreOffice for tests: what it makes of our files, and what poppler reads in its pages."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
READER = shutil.which("pdftotext")
FONTS = shutil.which("pdffonts")
NEEDED = "libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils fonts-liberation"


def needed() -> None:
    """Skip a test where LibreOffice or poppler is not installed; fail it with REQUIRE_OFFICE=1."""
    if SOFFICE and READER and FONTS:
        return
    if os.environ.get("REQUIRE_OFFICE") == "1":
        pytest.fail(f"REQUIRE_OFFICE=1, but not installed: {NEEDED}")
    pytest.skip(f"no LibreOffice: apt-get install {NEEDED}")


def converted(files: Mapping[str, bytes], to: str, folder: Path) -> dict[str, Path]:
    """Convert files in one start of LibreOffice, with a profile of its own; by their names."""
    assert SOFFICE
    into, end = folder / "converted", to.partition(":")[0]
    names = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        names.append(str(folder / name))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    done = subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(into), *names],
        check=True,
        capture_output=True,
        text=True,
        timeout=110,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    assert "repair" not in (done.stdout + done.stderr).lower()
    return {name: (into / name).with_suffix(f".{end}") for name in files}


def pages_of(pdf: Path) -> list[str]:
    """Return the words of each page, as they stand."""
    assert READER
    done = subprocess.run(
        [READER, "-layout", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True
    )
    return done.stdout.decode().split("\f")[:-1]


def fonts_of(pdf: Path) -> list[list[str]]:
    """Return the words of each font's line: its name first, "yes" fifth from last if embedded."""
    assert FONTS
    done = subprocess.run([FONTS, str(pdf)], check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.splitlines()[2:]]
