"""How long from `python -m bot` to ready, and how much memory then; the interpreter is the peer."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.server import running

READY_SECONDS = 3.0
RESIDENT_MB = 150.0
RUNS = 5


def measure() -> dict[str, object]:
    """Start the demo anew and the server, several times; medians."""
    peer = sorted(_imports() for _ in range(RUNS))[RUNS // 2]
    results: dict[str, object] = {"peer": "python -c 'import aiohttp, sqlalchemy, pydantic'"}
    within = True
    for name, command in (("demo", ["demo", "--fresh", "--database"]), ("serve", ["serve"])):
        ready, resident = _several(command)
        results[f"{name}_ready_s"] = round(ready, 2)
        results[f"{name}_ready_to_peer"] = round(ready / peer, 1)
        results[f"{name}_resident_mb"] = round(resident)
        within = within and ready <= READY_SECONDS and resident <= RESIDENT_MB
    return results | {"bar": f"{READY_SECONDS} s, {RESIDENT_MB} MB", "within_bar": within}


def _several(command: list[str]) -> tuple[float, float]:
    ready, resident = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            tail = [f"{folder}/demo.db"] if command[-1] == "--database" else []
            with running(Path(folder), *command, *tail) as server:
                ready.append(server.ready_seconds)
                resident.append(server.resident_mb)
    return sorted(ready)[RUNS // 2], max(resident)


def _imports() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import aiohttp, sqlalchemy, pydantic"], check=True)
    return time.perf_counter() - begun
