"""A real server in a process of its own, with a synthetic plan that is in force today."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
PLAN = "bench_plan"
MODEL = "lai_chau_2021_2025"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: where it answers, its process, and how long it took to be ready."""

    port: int
    process: "subprocess.Popen[bytes]"
    ready_seconds: float

    @property
    def resident_mb(self) -> float:
        """Return the resident memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def write_plan(folder: Path, year: int) -> None:
    """Copy a pack under another id so that it is in force in a year."""
    home = folder / PLAN
    shutil.copytree(ROOT / "plans" / "packs" / MODEL, home)
    text = (home / "plan.yaml").read_text(encoding="utf-8")
    text = text.replace(f"id: {MODEL}", f"id: {PLAN}", 1)
    lines = [
        f"valid_to: {year}-12-31" if line.startswith("valid_to:") else line
        for line in text.splitlines()
        if not line.strip().startswith("years:")
    ]
    (home / "plan.yaml").write_text("\n".join(lines), encoding="utf-8")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server whose data is in a folder."""
    return os.environ | {
        "DATA_DIR": str(folder),
        "PLANS_DIR": str(folder / "plans"),
        "LOG_LEVEL": "warning",
    }


@contextmanager
def running(folder: Path, *command: str) -> Iterator[Server]:
    """Start `python -m bot …` and wait until it is ready; stop it at the end."""
    (folder / "plans").mkdir(exist_ok=True)
    port = free_port()
    env = environment(folder) | {"PORT": str(port)}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        yield Server(port=port, process=process, ready_seconds=time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(2000):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
    raise TimeoutError("the server did not become ready")
