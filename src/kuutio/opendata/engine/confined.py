"""Ingest in a child process with limits: what a hostile or broken file can cost, at most.

The child has a limit of addresses (RLIMIT_AS), of processor seconds (RLIMIT_CPU) and of the size of what it writes
(RLIMIT_FSIZE), and can make no core. Its parent looks at it ten times a second, and kills it with all its children when
it holds too much, when the clock runs out, or when it stands still: an allocation that fails inside of a library may
end in threads that wait for each other. It talks JSON: the task on stdin, one answer on stdout. Nothing is left behind
when it is killed: `snapshot.sweep` is for a killed parent.
"""

import ctypes
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kuutio.core.problems import Problem
from kuutio.opendata.engine import snapshot
from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.loaded import Loaded, Preview
from kuutio.opendata.engine.refusals import KINDS, BrokenFile, Refusal, TookTooLong, TookTooMuchMemory
from kuutio.opendata.engine.types import ColumnType

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_LOOK_S = 0.1
_TOO_MUCH_TEXT = "The file takes more memory than is allowed. Split it."
_MOST_WRITTEN = 4  # times the size that a file may have


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a limited ingest did.

    Attributes:
        loaded: the tables, as `ingest` returns them.
        peak_bytes: the most memory that the child held (maximum resident set).
        cpu_s: processor seconds that it took.
    """

    loaded: list[Loaded]
    peak_bytes: int
    cpu_s: float


def run_limited(path: Path, out_root: Path, *, table_prefix: str, options: Options, limits: Limits) -> Outcome:
    """`ingest` in a child that is limited and can be killed; what a worker calls.

    Raises:
        Refusal: what the child refused with, or that a limit was reached. Nothing was published.
    """
    out_root.mkdir(parents=True, exist_ok=True)
    told = _told(
        {"path": str(path), "out_root": str(out_root), "table_prefix": table_prefix, "options": asdict(options)},
        out_root,
        limits,
    )
    loaded = [Loaded.from_json(value) for value in told["loaded"]]
    return Outcome(loaded, told["peak_bytes"], told["cpu_s"])


def preview_limited(path: Path, *, options: Options, limits: Limits, work_root: Path | None = None) -> Preview:
    """`preview` in a child that is limited and can be killed; what a web process calls.

    Args:
        work_root: where a folder is made for what is needed meanwhile; the system's own if None.

    Raises:
        Refusal: what the child refused with, or that a limit was reached.
    """
    if work_root:
        work_root.mkdir(parents=True, exist_ok=True)
    told = _told({"path": str(path), "preview": True, "options": asdict(options)}, work_root, limits)
    return Preview.from_json(told["preview"])


def _told(task: dict[str, Any], root: Path | None, limits: Limits) -> dict[str, Any]:
    """What a child tells that does a task in a folder of its own, which is removed.

    Raises:
        Refusal: it refused, or reached a limit.
    """
    work = Path(tempfile.mkdtemp(prefix=snapshot.WORK, dir=root))
    task = task | {"parent": os.getpid(), "work": str(work), "limits": asdict(limits)}
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "kuutio.opendata.engine.confined"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(work),
            start_new_session=True,
        )
        try:
            answer, errors = watched(child, json.dumps(task).encode(), limits)
        finally:
            _kill(child)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _outcome(child.returncode, answer, errors, limits)


def watched(child: "subprocess.Popen[bytes]", task: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """What a child prints on stdout and stderr, if it ends within the limits of time and memory.

    Raises:
        TookTooLong, TookTooMuchMemory: it didn't; the caller kills it.
    """
    started = worked_at = time.monotonic()
    worked = -1
    told: bytes | None = task
    while True:
        try:
            return child.communicate(told, timeout=_LOOK_S)
        except subprocess.TimeoutExpired:
            told = None
        now = time.monotonic()
        held, work = _use(child.pid)
        if held > limits.memory_bytes:
            raise TookTooMuchMemory(_TOO_MUCH_TEXT)
        if work != worked:
            worked, worked_at = work, now
        if now - started > limits.wall_s:
            raise TookTooLong(f"Reading the file took more than {limits.wall_s:g} seconds. Split it.")
        if now - worked_at > limits.stalled_s:
            raise TookTooLong(f"Reading the file stood still for {limits.stalled_s:g} seconds.")


def _use(pid: int) -> tuple[int, int]:
    """Bytes that a process holds, and the processor time that it used, in ticks; zeros where there is no /proc.

    Source: proc(5), `statm` and `stat`.
    """
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, IndexError):
        return 0, int(time.monotonic())
    return pages * resource.getpagesize(), int(times[11]) + int(times[12])


def _outcome(status: int, answer: bytes, errors: bytes, limits: Limits) -> dict[str, Any]:
    try:
        told: dict[str, Any] | None = json.loads(answer) if answer else None
    except ValueError:
        told = None
    if told and "refused" in told:
        raise _refusal(told["refused"])
    if told and status == 0:
        return told
    if -status in (signal.SIGXCPU, signal.SIGKILL):
        raise TookTooLong(f"Reading the file took more than {limits.cpu_s} processor seconds. Split it.")
    if -status == signal.SIGABRT or b"MemoryError" in errors or b"bad_alloc" in errors:
        raise TookTooMuchMemory(_TOO_MUCH_TEXT)
    if status < 0:
        # A library that crashes on a file is a bug of the library and a broken file to us.
        raise BrokenFile(f"The file can't be read: its reader stopped with {signal.Signals(-status).name}.")
    raise RuntimeError(f"ingest failed: {errors.decode(errors='replace')[-4000:]}")


def _refusal(told: dict[str, Any]) -> Refusal:
    return KINDS.get(told["kind"], Refusal)(told["detail"], errors=told["errors"], **told["facts"])


def _environment(work: Path) -> dict[str, str]:
    """Nothing of the parent's but where its programs are: no secret is within reach of a parser."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
    package = str(Path(__file__).parents[3])
    # Libraries size their pools, and reserve addresses, by the processors they see.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GDAL_NUM_THREADS"), "2")
    return kept | threads | {"PYTHONPATH": package, "TMPDIR": str(work), "HOME": str(work), "PROJ_NETWORK": "OFF"}


def _peak_bytes(maxrss_kib: int) -> int:
    """The most memory that this program held; `ru_maxrss` alone begins with what its parent held before exec."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:  # not Linux
        return maxrss_kib * 1024
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return (int(found[1]) if found else maxrss_kib) * 1024


def _kill(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def _die_with(parent: int) -> None:
    """A worker that is killed must not leave a reader behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _limit(limits: Limits) -> None:
    sizes = {
        resource.RLIMIT_AS: limits.address_space_bytes,
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_FSIZE: limits.max_bytes * _MOST_WRITTEN,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in sizes.items():
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, hard if what == resource.RLIMIT_CPU else most))


def _task(told: dict[str, Any], run: Callable[..., list[Loaded]] | None = None) -> dict[str, Any]:
    """Do the task that the parent told; the answer."""
    from kuutio.opendata.engine.ingest import ingest, preview  # the libraries that read files: only for the child

    options = told["options"]
    options |= {
        "key": tuple(options["key"]),
        "types": {name: ColumnType(value) for name, value in options["types"].items()},
    }
    limits = Limits(**told["limits"])
    _die_with(told["parent"])
    _limit(limits)
    tempfile.tempdir = told["work"]
    try:
        if told.get("preview"):
            return {"preview": preview(Path(told["path"]), Options(**options), limits).as_json()}
        loaded = (run or ingest)(
            Path(told["path"]),
            Path(told["out_root"]),
            table_prefix=told["table_prefix"],
            options=Options(**options),
            limits=limits,
            work=Path(told["work"]),
        )
    except Problem as problem:
        facts = {"kind": problem.kind, "detail": str(problem.detail), "errors": problem.errors, "facts": problem.facts}
        return {"refused": facts}
    except MemoryError:
        return {"refused": _TOO_MUCH}
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "loaded": [table.as_json() for table in loaded],
        "peak_bytes": _peak_bytes(used.ru_maxrss),
        "cpu_s": used.ru_utime + used.ru_stime,
    }


_TOO_MUCH = {
    "kind": TookTooMuchMemory.kind,
    "detail": _TOO_MUCH_TEXT,
    "errors": [],
    "facts": {},
}


if __name__ == "__main__":
    # What a library prints must not mix with the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    json.dump(_task(json.load(sys.stdin)), answer)
    answer.close()
