"""Another user of the machine gets nothing from the daemon, even where the socket can be reached."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from daemons import RawClient, daemon_house
from needs import need

OTHER = 65_534
CLIENT = """
import socket, sys
link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
link.settimeout(10)
try:
    link.connect(sys.argv[1])
    body = b'{"jsonrpc":"2.0","id":1,"method":"agentx/daemon/status","params":{}}'
    link.sendall(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
    said = link.recv(65536)
except (ConnectionError, BlockingIOError) as error:  # refused, or the queue is full of others
    said = b""
except PermissionError:
    said = b"no permission"
sys.stdout.write(repr(said))
"""


def as_other(user, *words):
    """What a small client of another user hears."""
    done = subprocess.run(
        ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd="/",
    )
    return done.stdout


@pytest.fixture
def house():
    """In a folder that it shares with nobody: any start of pytest closes the one of all tests."""
    with (
        tempfile.TemporaryDirectory(prefix="agentxd-others-") as folder,
        daemon_house(Path(folder)) as found,
    ):
        yield found


@pytest.fixture
def reachable(house):
    """The socket and all folders above it opened to everyone, as no good system has them."""
    need(os.geteuid() == 0, "root, to be another user")
    house.cli("tasks")
    place = Path(house.socket_path)
    opened = [place, *(p for p in place.parents if p.stat().st_mode & 0o005 != 0o005)]
    modes = [(found, found.stat().st_mode) for found in opened]
    for found, mode in modes:
        found.chmod(mode | 0o007)
    yield house
    for found, mode in modes:
        if found.exists():
            found.chmod(mode)


@pytest.mark.real
def test_a_peer_of_another_user_is_refused_and_the_owner_is_not(reachable):
    words = ["/usr/bin/python3", "-I", "-c", CLIENT, reachable.socket_path]
    assert as_other(OTHER, *words) == "b''"
    assert "Content-Length" in as_other(0, *words)
    client = RawClient(reachable.socket_path)
    assert "result" in client.request("agentx/daemon/status")
    assert client.request("agentx/daemon/status")["result"]["nConnections"] == 1
    client.close()


@pytest.mark.real
def test_many_strangers_do_not_keep_the_owner_out(reachable):
    flood = CLIENT.replace(
        "link = ", "for _ in range(300): socket.socket(1, 1).connect_ex(sys.argv[1])\nlink = "
    )
    words = ["/usr/bin/python3", "-I", "-c", flood, reachable.socket_path]
    assert as_other(OTHER, *words) == "b''"
    assert reachable.cli("tasks").returncode == 0
    assert Path(f"/proc/{reachable.pid()}/fd").is_dir()
    left = [
        found
        for found in Path(f"/proc/{reachable.pid()}/fd").iterdir()
        if "socket" in str(found.readlink())
    ]
    assert len(left) < 20


@pytest.mark.real
def test_without_that_the_socket_cannot_even_be_opened(house):
    need(os.geteuid() == 0, "root, to be another user")
    house.cli("tasks")
    words = ["/usr/bin/python3", "-I", "-c", CLIENT, house.socket_path]
    assert as_other(OTHER, *words) == "b'no permission'"


@pytest.mark.real
def test_a_runtime_folder_of_another_user_is_not_used(house):
    need(os.geteuid() == 0, "root, to make another user's folder")
    folder = Path(house.env["AGENTXD_RUNTIME_DIR"])
    folder.mkdir(mode=0o777)
    os.chown(folder, OTHER, OTHER)
    done = house.cli("tasks")
    assert done.returncode == 13, done.stdout
    assert "another user" in done.stderr
    assert "AGENTXD_RUNTIME_DIR" in done.stderr
    os.chown(folder, 0, 0)
    assert house.cli("tasks").returncode == 0
