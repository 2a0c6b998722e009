"""Certificates that are read late are checked all the same."""

import ssl
import threading

import pytest
from agentxd.plugins.providers.worker.trust import LateTrust, is_secure


def test_nothing_is_read_before_somebody_connects_and_then_once():
    made = []

    def make():
        made.append(threading.current_thread())
        return ssl.create_default_context()

    trust = LateTrust(make, is_soon=False)
    trust.set_alpn_protocols(["http/1.1"])
    assert made == []
    for _ in range(2):
        link = trust.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
    assert len(made) == 1
    assert link.context.verify_mode == ssl.CERT_REQUIRED
    assert link.context.check_hostname


def test_what_will_be_needed_soon_is_read_beside_other_work():
    is_read = threading.Event()

    def make():
        is_read.set()
        return ssl.create_default_context()

    LateTrust(make, is_soon=True)
    assert is_read.wait(30)


def test_what_cannot_be_read_is_told_to_whoever_connects():
    def make():
        raise FileNotFoundError(2, "no such file")

    trust = LateTrust(make, is_soon=True)
    with pytest.raises(FileNotFoundError):
        trust.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")


def test_by_itself_it_trusts_nobody():
    trust = LateTrust(ssl.create_default_context, is_soon=False)
    assert trust.get_ca_certs() == []
    assert trust.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("url", "expected"),
    [("", True), ("https://a.example", True), ("http://127.0.0.1:11434", False), ("::1", False)],
)
def test_tls_is_spoken_where_the_address_says_so(url, expected):
    assert is_secure(url) is expected
