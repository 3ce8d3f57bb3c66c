"""A Kuutio of its own for a measurement: a data folder, the processes of `./kuutio up`, and the processor's time that they take."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
BEGUN_WAIT_S = 180


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Running:
    """A Kuutio that answers.

    Attributes:
        site: its address.
        url: of its database.
        up: the process that started web and worker; 0 where only the database runs.
        postmaster: the process of the database server.
    """

    site: str
    url: str
    postmaster: int
    up: int = 0
    _names: dict[str, str] = field(default_factory=dict)

    def processor_s(self) -> dict[str, float]:
        """Seconds of processor since they began: of the web, the worker and the database, children that ended included."""
        spent = {"web": 0.0, "worker": 0.0, "database": 0.0}
        for name, roots in (("up", [self.up]), ("database", [self.postmaster])):
            for pid in _tree(roots):
                try:
                    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    command = Path(f"/proc/{pid}/cmdline").read_bytes()
                except (FileNotFoundError, ProcessLookupError):
                    continue
                used = sum(map(int, words[11:15])) * TICK_S
                spent["database" if name == "database" else "worker" if b"\0worker" in command else "web"] += used
        return spent

    def workers(self) -> list[int]:
        """The web's processes that answer requests."""
        return [pid for pid in _tree([self.up]) if b"granian" in _command(_parent(pid)) and b"granian" in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _tree(roots: list[int]) -> list[int]:
    """Processes and all that they started."""
    found, left = [], [root for root in roots if root]
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(int(entry.name)), []).append(int(entry.name))
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


@contextmanager
def database(data: Path, port: int) -> Iterator[Running]:
    """A database with the demonstration's customer service, made where `data` is empty, usable by this process, too."""
    os.environ |= {
        "KUUTIO_DATA": str(data),
        "KUUTIO_URL": f"http://localhost:{port}",
        "KUUTIO_LMTP": "",
        "KUUTIO_LOG_LEVEL": "WARNING",
        # Each client's limits would end the run otherwise.
        "KUUTIO_READS_PER_MINUTE": "100000000",
        "KUUTIO_WRITES_PER_MINUTE": "100000000",
    }
    from kuutio.config.console import start_django
    from kuutio.config.database import embedded

    data.mkdir(parents=True, exist_ok=True)
    with embedded(data) as url:
        os.environ["DATABASE_URL"] = url
        start_django()
        from kuutio.config import installation
        from kuutio.contact import demo

        installation.migrate()
        installation.demonstrate_people(data)
        demo.load()
        postmaster = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        yield Running(f"http://localhost:{port}", url, postmaster)


@contextmanager
def serving(house: Running) -> Iterator[Running]:
    """The same with `./kuutio up`: two web processes and a worker."""
    port = house.site.rpartition(":")[2]
    up = subprocess.Popen(
        [str(ROOT / "kuutio"), "up", "--empty", "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + BEGUN_WAIT_S
        while True:
            try:
                urllib.request.urlopen(f"{house.site}/healthz", timeout=5).close()
                break
            except OSError:
                if time.monotonic() > until or up.poll() is not None:
                    raise SystemExit("Kuutio did not come up; on a busy machine try again") from None
                time.sleep(0.3)
        house.up = up.pid
        yield house
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait()
        house.up = 0


def machine() -> dict[str, object]:
    """How busy the machine is by others, for the reader of a figure.

    `loop_ms`: the processor's time of a fixed loop in Python. Alone on a machine it is the least; where others share its caches
    and cores, everything takes so many times more.
    """
    started, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number * number % 7
    loop = (time.process_time() - started) * 1000
    return {
        "processors": os.cpu_count(),
        "load_before": [round(one, 2) for one in os.getloadavg()],
        "loop_ms": round(loop, 1),
    }


def api_key() -> str:
    """A key for Open311, in the database of this process."""
    made = subprocess.run(
        [str(ROOT / "kuutio"), "api-key", "bench", "--scope", "open311"], capture_output=True, text=True, check=True
    )
    return str(json.loads(made.stdout)["key"])
