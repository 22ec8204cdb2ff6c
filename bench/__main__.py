"""Run every benchmark, or those that are named: `python -m bench webchat drain`."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import desk, drain, planning, reading, startup, telegram, webchat

RESULTS = Path(__file__).parent / "results.jsonl"
BENCHMARKS: dict[str, Callable[[], dict[str, object]]] = {
    "startup": startup.measure,
    "webchat": webchat.measure,
    "reading": reading.measure,
    "drain": drain.measure,
    "planning": planning.measure,
    "telegram": telegram.measure,
    "desk": desk.measure,
}


def main() -> None:
    """Run the named benchmarks; exit 1 where a bar is missed."""
    missed = False
    for name in sys.argv[1:] or list(BENCHMARKS):
        result: dict[str, object] = {"bench": name, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        result |= BENCHMARKS[name]()
        line = json.dumps(result, ensure_ascii=False)
        print(line, flush=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        missed = missed or not result["within_bar"]
    raise SystemExit(missed)


if __name__ == "__main__":
    main()
