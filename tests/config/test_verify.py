"""`./kuutio verify`, as a sceptic runs it."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kuutio.config import downloads
from kuutio.config.console import main
from kuutio.core.bundles import HEAD_SEPARATOR
from kuutio.core.problems import Invalid
from tests.core.bundles.making import Vote, honest_entries, signed_heads


@contextmanager
def serving(body: bytes, moved: str = "") -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if moved and self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", moved)
                self.end_headers()
                return
            self.send_response(200 if self.path == "/vote.zip" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def verify(tmp_path, capsys):
    file, heads = tmp_path / "vote.zip", tmp_path / "heads.txt"
    file.write_bytes(Vote().packed())
    heads.write_bytes(signed_heads(honest_entries())[1].to_bytes())

    def ask(*words: str) -> tuple[int, str, str]:
        status = main(["verify", *(word.format(file=file, heads=heads) for word in words)])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    ask.file, ask.heads = file, heads
    return ask


def test_a_good_bundle_passes(verify):
    status, out, err = verify("{file}")
    assert (status, out) == (0, "PASS\n")
    assert "cities.example/votes/parks" in err and "bench, trees, pier" in err and "--heads" in err
    status, out, err = verify("{file}", "--heads", "{heads}")
    assert (status, out) == (0, "PASS\n") and "kept: 1, all of this log" in err
    status, out, _ = verify("{file}", "--json")
    told = json.loads(out)
    assert (status, told["pass"], told["witnesses"]) == (0, True, ["espoo.example/witness"])


def test_the_first_wrong_entry_is_named(verify):
    vote = Vote()
    lines = vote.lines()
    lines[7] = lines[7].replace(b'"ballot":["', b'"ballot":["x', 1)
    verify.file.write_bytes(vote.having(log_jsonl=b"".join(lines)).packed())
    status, out, _ = verify("{file}")
    assert status == 1 and out.startswith("FAIL entry 7: it was changed") and out.count("\n") == 1
    status, out, _ = verify("{file}", "--json")
    assert status == 1 and json.loads(out)["entry"] == 7
    verify.file.write_bytes(Vote().packed())
    verify.heads.write_bytes(b"no head\n")
    assert verify("{file}", "--heads", "{heads}")[:2] == (
        1,
        "FAIL head 0 or one before it can't be read: "
        "A head has four lines: the origin, the size, the root, the time.\n",
    )


def test_an_address_is_fetched_with_care(verify):
    with serving(verify.file.read_bytes()) as here:
        assert verify(f"{here}/vote.zip")[:2] == (0, "PASS\n")
        status, out, err = verify(f"{here}/other.zip")
        assert (status, out) == (1, "") and "error" in err
    for address in ("http://cities.example/vote.zip", "ftp://127.0.0.1/vote.zip", "file:///etc/passwd"):
        status, out, err = verify(address)
        assert (status, out) == (1, "") and "https" in err
    status, _, err = verify("https://10.0.0.1/vote.zip")
    assert status == 1 and "private network" in err


def test_neither_a_file_nor_an_address_needs_django(verify):
    program = (
        "import sys; from kuutio.config.console import main; code = main(['verify', sys.argv[1]]); "
        "sys.exit(code or 10 * ('django' in sys.modules))"
    )
    with serving(verify.file.read_bytes()) as here:
        for source in (str(verify.file), f"{here}/vote.zip"):
            done = subprocess.run([sys.executable, "-c", program, source], capture_output=True, text=True)
            assert (done.returncode, done.stdout) == (0, "PASS\n"), done.stderr


def test_an_address_within_is_not_asked_by_a_redirect_and_too_much_is_not_read(verify, monkeypatch):
    with serving(b"x" * 5000, moved="http://10.0.0.1/vote.zip") as here:
        with pytest.raises(Invalid, match="https"):
            downloads.download(f"{here}/moved", 10_000)
        with pytest.raises(Invalid, match="too large"):
            downloads.download(f"{here}/vote.zip", 4000)
        assert len(downloads.download(f"{here}/vote.zip", 5000)) == 5000
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: [(2, 1, 6, "", ("192.168.1.2", 443))])
    with pytest.raises(Invalid, match="private network"):  # a public name that leads within
        downloads.download("https://cities.example/vote.zip", 5000)


def test_a_wrong_command_says_so(verify, capsys):
    assert verify("nothing.zip")[0] == 1
    with pytest.raises(SystemExit) as left:
        main(["verify"])
    assert left.value.code == 2


def test_heads_are_kept_while_a_log_grows_and_a_changed_one_is_told(tmp_path, capsys):
    heads = [head.to_bytes() for head in signed_heads(honest_entries())]
    source, copy = tmp_path / "heads.txt", tmp_path / "kept" / "espoo.txt"
    copy.parent.mkdir()

    def keep(told: bytes) -> tuple[int, str]:
        source.write_bytes(told)
        status = main(["heads", str(source), str(copy)])
        return status, capsys.readouterr().out

    assert keep(heads[0]) == (0, "KEPT 1 heads, 1 of them new\n")
    assert keep(HEAD_SEPARATOR.join(heads)) == (0, f"KEPT {len(heads)} heads, {len(heads) - 1} of them new\n")
    before = copy.read_bytes()
    status, out = keep(HEAD_SEPARATOR.join(heads[1:]))
    assert status == 1 and "isn't there any more" in out
    first, one, two, *rest = honest_entries()
    status, out = keep(HEAD_SEPARATOR.join(head.to_bytes() for head in signed_heads((first, two, one, *rest))))
    assert status == 1 and "was changed" in out
    assert keep(b"nothing")[0] == 1 and main(["heads", "nowhere.txt", str(copy)]) == 1
    assert copy.read_bytes() == before
