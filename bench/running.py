"""A Kuutio of its own for a measurement: a data folder, the processes of `./kuutio up`, and the processor's time that they take."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
        postmaster: the process of the database server.
        web, worker: the processes that began theirs; 0 where only the database runs.
    """

    site: str
    url: str
    postmaster: int
    web: int = 0
    worker: int = 0

    def processor_s(self) -> dict[str, float]:
        """Seconds of processor since they began: of the web, the worker and the database, children that ended included."""
        roots = {"web": self.web, "worker": self.worker, "database": self.postmaster}
        return {name: sum(map(_used_s, _tree(root))) for name, root in roots.items()}


def _used_s(pid: int) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, words[11:15])) * TICK_S


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _tree(root: int) -> list[int]:
    """A process and all that it started; none of 0."""
    found, left = [], [root] if root else []
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
def serving(house: Running, web_processes: int = 2) -> Iterator[Running]:
    """The same with the web and the worker that `./kuutio up` starts, without its half a minute of patience."""
    from kuutio.config.commands import up

    port = int(house.site.rpartition(":")[2])
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "MALLOC_ARENA_MAX": "1"}
    commands = (up.web("127.0.0.1", port, web_processes), up.worker())
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=sys.stderr, start_new_session=True
        )
        for command in commands
    ]
    try:
        until = time.monotonic() + BEGUN_WAIT_S
        while True:
            try:
                urllib.request.urlopen(f"{house.site}/healthz", timeout=30).close()
                break
            except OSError:
                if time.monotonic() > until or running[0].poll() is not None:
                    raise SystemExit("Kuutio did not come up") from None
                time.sleep(0.3)
        house.web, house.worker = (process.pid for process in running)
        yield house
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
        house.web = house.worker = 0


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
