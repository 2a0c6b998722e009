"""The table of attempts to get out of a sandbox or to exhaust the host, and the host that judges them."""

import os
import socket
import subprocess
import threading
from pathlib import Path
from typing import NamedTuple

BACKENDS = ("docker", "bubblewrap")


class Attempt(NamedTuple):
    """One attempt: a command, what must not be in its output, what must be true of it."""

    name: str
    line: str
    never: str = ""
    """Must not appear in the output: the canary."""
    wanted: str = ""
    """Must appear in the output."""
    timeout_s: float = 20
    exceptions: tuple[str, ...] = ()
    """Back ends on which this line does not hold."""


CANARY = "canary-7f3a"
ATTEMPTS = [
    Attempt("read a file of the host's home", "cat {home}/secret.txt", never=CANARY),
    Attempt("read it through a link", "ln -s {home}/secret.txt l; cat l", never=CANARY),
    Attempt("read it with dots", "cat ../../../../../../..{home}/secret.txt", never=CANARY),
    Attempt("read it through /proc/1/root", "cat /proc/1/root{home}/secret.txt", never=CANARY),
    Attempt(
        "read it through every process",
        "for p in /proc/[0-9]*; do cat $p/root{home}/secret.txt; done 2>&1",
        never=CANARY,
    ),
    Attempt("read the hidden .env", "cat .env; find / -name .env 2>/dev/null -exec cat {{}} +", never=CANARY),
    Attempt("read the daemon's environment", "cat /proc/*/environ | tr '\\0' '\\n'", never=CANARY),
    Attempt("read the shadow file", "cat /etc/shadow", never="root:"),
    Attempt("write over the user's file by its path", "echo pwned > {root}/a.txt; echo ok", wanted="ok"),
    Attempt("write over the user's file in place", "sh -c 'echo pwned >> a.txt'; echo ok", wanted="ok"),
    Attempt("write into the user's .git hooks", "mkdir -p .git/hooks && echo 'touch {home}/pwned' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit; echo ok", wanted="ok"),
    Attempt("set core.fsmonitor in .git/config", "git config core.fsmonitor 'touch {home}/pwned'; printf '[core]\\n fsmonitor=touch {home}/pwned\\n' >> .git/config; echo ok", wanted="ok"),
    Attempt("nested .git with hooks", "mkdir -p n/.git/hooks; echo 'touch {home}/pwned' > n/.git/hooks/post-checkout; echo ok", wanted="ok"),
    Attempt("write to /usr", "touch /usr/{canary} && echo wrote", never="wrote"),
    Attempt("write to /etc", "touch /etc/{canary} && echo wrote", never="wrote"),
    Attempt("write to the root folder", "touch /{canary} && echo wrote", never="wrote"),
    Attempt("change a host program", "echo x >> /usr/bin/env && echo wrote", never="wrote"),
    Attempt("find the lower layer by the mounts", "for d in $(grep -o 'lowerdir=[^,]*' /proc/self/mountinfo | cut -d= -f2); do touch \"$d/{canary}\" && echo wrote; done; true", never="wrote"),
    Attempt("connect to the host's loopback", "python3 -c \"import socket; socket.create_connection(('127.0.0.1', {port}), 3); print('connected')\"", never="connected"),
    Attempt("connect to an abstract socket of the host", "python3 -c \"import socket; s=socket.socket(socket.AF_UNIX); s.connect('\\0agentx-{canary}'); print('connected')\"", never="connected"),
    Attempt("look up a name", "python3 -c \"import socket; print('found', socket.gethostbyname('example.com'))\"", never="found"),
    Attempt("send a raw packet", "python3 -c \"import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW); print('raw')\"", never="raw"),
    Attempt("talk to the Docker engine", "ls -la /var/run/docker.sock /run/docker.sock {docker} && echo there", never="there"),
    Attempt("signal the host's process", "kill -9 {pid} && echo killed; true"),
    Attempt("signal everybody", "kill -9 -1; sleep 0.2"),
    Attempt("see the host's processes", "ps ax 2>/dev/null | grep -c {canary}-process; cat /proc/*/cmdline | tr '\\0' ' '", never="sleep 98"),
    Attempt("mount something", "mount -t tmpfs t /mnt && echo mounted", never="mounted"),
    Attempt("unshare user namespaces and mount", "unshare -Urm sh -c 'mount -t tmpfs t /mnt && echo mounted'", never="mounted"),
    Attempt("chroot", "chroot / true && echo rooted", never="rooted"),
    Attempt("make a device", "mknod disk b 254 0 && cat disk | head -c 1 && echo made", never="made"),
    Attempt("load a kernel module or reach kcore", "head -c 1 /proc/kcore && echo kcore; echo c > /proc/sysrq-trigger && echo did-it", never="did-it"),
    Attempt("write a kernel setting", "echo 1 > /proc/sys/kernel/panic && echo set", never="set\n"),
    Attempt("become root by set-uid", "cp /bin/sh s && chmod u+s s && ./s -c 'touch /usr/{canary} && echo root'", never="root\n"),
    Attempt("trace a process of the host", "python3 -c \"import ctypes; print('traced' if ctypes.CDLL(None).ptrace(16, {pid}, 0, 0) == 0 else 'no')\"", never="traced"),
    Attempt("setsid survivor", "setsid sh -c 'sleep 3; touch survived' >/dev/null 2>&1 & sleep 0.2"),
    Attempt("double fork survivor", "(setsid sh -c '(sleep 3; touch survived) &' &) >/dev/null 2>&1; sleep 0.2"),
    Attempt("ignore the deadline", "trap '' TERM INT HUP; nohup sleep 988.{own} & while :; do sleep 1; done", timeout_s=1),
    Attempt("fork bomb", "bomb() {{ bomb | bomb & }}; bomb; sleep 3", timeout_s=5),
    Attempt("memory hog", "python3 -c \"x = [bytearray(1 << 20) for _ in range(2000)]; print('had it')\"", never="had it", timeout_s=30),
    Attempt("disk filler", "dd if=/dev/zero of=big bs=1M count=200 2>&1 && echo filled; rm -f big", never="filled", timeout_s=60),
    Attempt("many inodes", "i=0; while [ $i -lt 30000 ]; do : > f$i 2>/dev/null || break; i=$((i+1)); done; rm -f f*; echo done", timeout_s=60),
    Attempt("huge output", "head -c 200000000 /dev/zero", timeout_s=60),
    Attempt("FIFO in the way of the difference", "mkfifo a.fifo; rm a.txt; mkfifo a.txt; echo ok", wanted="ok"),
    Attempt("folder link in the way of the difference", "rm -rf sub; ln -s {home} sub; echo ok", wanted="ok"),
]  # fmt: skip


class Host:
    """The host's canaries, and whether they are as they were."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.root = root
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "secret.txt").write_text(CANARY)
        (root / ".env").write_text(f"SECRET={CANARY}\n")
        self.process = subprocess.Popen(
            ["sleep", f"987.{os.getpid()}"], env={"AGENTX_TEST": CANARY}
        )
        self.server = socket.create_server(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0agentx-{CANARY}-{os.getpid()}")
        self.abstract.listen()
        self.n_connections = 0
        threading.Thread(target=self._accept, daemon=True).start()
        self.before = self._tree()

    def words(self) -> dict[str, object]:
        """For the attempts' lines."""
        return {
            "home": self.home,
            "root": self.root,
            "own": os.getpid(),
            "canary": f"{CANARY}-{os.getpid()}",
            "port": self.server.getsockname()[1],
            "pid": self.process.pid,
            "docker": os.environ.get("DOCKER_HOST", "").removeprefix("unix://") or "/nowhere",
        }

    def check(self) -> None:
        """Nothing on the host is other than it was."""
        assert self._tree() == self.before, "the user's tree was written"
        assert self.process.poll() is None, "a process of the host was killed"
        assert not (self.home / "pwned").exists(), "a planted command ran on the host"
        assert self.n_connections == 0, "the host's network was reached"
        for folder in ("/", "/usr", "/etc"):
            assert not Path(folder, f"{CANARY}-{os.getpid()}").exists(), f"{folder} was written"
        found = subprocess.run(
            ["pgrep", "-f", f"sleep 988.{os.getpid()}"], capture_output=True, check=False
        )
        assert not found.stdout, "a process outlived its command"

    def close(self) -> None:
        """Take the canaries away."""
        self.process.kill()
        self.process.wait()
        self.server.close()
        self.abstract.close()

    def _accept(self) -> None:
        try:
            while True:
                self.server.accept()[0].close()
                self.n_connections += 1
        except OSError:
            return

    def _tree(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not path.is_symlink()
        }
