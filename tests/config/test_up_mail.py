"""Where `./kuutio up` takes mail in."""

import socket

import pytest

from kuutio.config.commands.up import _mail


def test_a_free_port_has_its_process() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert _mail(f"127.0.0.1:{port}")["mail"][-1] == "lmtp"
    assert _mail("/run/kuutio/lmtp.sock")["mail"][-1] == "lmtp"


def test_a_taken_port_is_told_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert _mail(f"127.0.0.1:{port}") == {}
    assert f"KUUTIO_LMTP=127.0.0.1:{port + 1}" in capsys.readouterr().err


def test_nothing_comes_in_where_it_is_turned_off() -> None:
    assert _mail("") == {}
