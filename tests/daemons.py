"""A real daemon for a test: its own workspace, its own state, gone afterwards."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agentxd_protocol import places

SAMPLE = Path(__file__).parent.parent / "clients" / "agentxd_cli" / "demo" / "sample"
Json = dict[str, Any]


class DaemonHouse:
    """A workspace with its own home; the daemon is started by whoever needs it."""

    def __init__(self, folder: Path, name: str = "parcel") -> None:
        self.root = folder / name
        self.home = folder / "home"
        self.env = {
            **os.environ,
            "AGENTXD_STATE_DIR": str(folder / "state"),
            "AGENTXD_RUNTIME_DIR": str(folder / "run"),
            "HOME": str(self.home),
            "PYTHONPATH": "",
        }
        self.home.mkdir(exist_ok=True)

    def copy_sample(self) -> None:
        """The demo's sample as a git repository."""
        shutil.copytree(SAMPLE, self.root, ignore=shutil.ignore_patterns("__pycache__"))
        for words in (
            ["init", "-q"],
            ["add", "-A"],
            ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "x"],
        ):
            subprocess.run(["git", *words], cwd=self.root, check=True)

    def cli(
        self, *arguments: str, cwd: Path | None = None, timeout_s: float = 120, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """`agentxd …` as a user types it."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "agentxd_cli", *arguments],
            cwd=cwd or self.root,
            env=self.env,
            capture_output=True,
            text=True,
            input=stdin,
            timeout=timeout_s,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """What `agentxd … --json` prints. Fails where the command fails."""
        done = self.cli(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    @property
    def socket_path(self) -> str:
        """Where the daemon listens."""
        root = os.path.realpath(self.root)
        return f"{self.env['AGENTXD_RUNTIME_DIR']}/{places.workspace_key(root)}.sock"

    @property
    def state_dir(self) -> Path:
        """Where the daemon keeps everything."""
        root = os.path.realpath(self.root)
        return Path(self.env["AGENTXD_STATE_DIR"]) / places.workspace_key(root)

    def pid(self) -> int:
        """Of the running daemon, 0 where there is none."""
        try:
            return int((self.state_dir / "daemon.lock").read_text())
        except (OSError, ValueError):
            return 0

    def kill(self) -> None:
        """SIGKILL to the daemon, and wait until it is gone."""
        pid = self.pid()
        if pid:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            while is_alive(pid):
                time.sleep(0.005)

    def close(self) -> None:
        """Stop the daemon the hard way where the soft one does not do."""
        self.cli("stop", "--force", timeout_s=60)
        self.kill()


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def daemon_house(folder: Path, name: str = "parcel") -> Iterator[DaemonHouse]:
    """A sample workspace whose daemon is gone at the end."""
    house = DaemonHouse(folder, name)
    house.copy_sample()
    try:
        yield house
    finally:
        house.close()


class RawClient:
    """Bytes on the daemon's socket; answers are read, nothing is hidden."""

    def __init__(self, path: str) -> None:
        self._link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._link.connect(path)
        self._link.settimeout(20)
        self._buffer = b""
        self.seen: list[Json] = []
        self._next_id = 1_000_000

    def send_bytes(self, data: bytes) -> None:
        """As they are."""
        self._link.sendall(data)

    def send(self, message: Any) -> None:
        """A good frame around any JSON."""
        self.send_bytes(framed(json.dumps(message).encode()))

    def request(self, method: str, params: Any = None) -> Json:
        """A good request and its answer; everything else that arrives lands in `seen`."""
        self._next_id += 1
        identity = self._next_id
        self.send({"jsonrpc": "2.0", "id": identity, "method": method, "params": params or {}})
        while True:
            message = self.receive()
            if message.get("id") == identity and "method" not in message:
                return message
            self.seen.append(message)

    def initialize(self, **capabilities: Any) -> Json:
        """Shake hands."""
        found = self.request("initialize", {"processId": None, "capabilities": capabilities})
        self.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
        return found

    def receive(self) -> Json:
        """The next message. Raises EOFError, TimeoutError."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        header, _, rest = self._buffer.partition(b"\r\n\r\n")
        length = int(header.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(rest) < length:
            self._more()
            rest = self._buffer.partition(b"\r\n\r\n")[2]
        self._buffer = rest[length:]
        found: Json = json.loads(rest[:length])
        return found

    def close(self) -> None:
        """Leave."""
        self._link.close()

    def _more(self) -> None:
        data = self._link.recv(1 << 16)
        if not data:
            raise EOFError("the daemon closed the connection")
        self._buffer += data


def framed(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
