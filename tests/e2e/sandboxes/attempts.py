"""The table of attempts to get out of a sandbox or to exhaust the host, and the host that judges them."""

import os
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

BACKENDS = ("docker", "bubblewrap")


class Attempt(NamedTuple):
    """One attempt: a command, and what its output must not or must hold.

    Each is also run where nothing holds it, and must be caught there: `needs_root` where only root
    gets that far, `unshown` with the reason where that would harm the host.
    """

    name: str
    line: str
    never: str = ""
    """Must not appear in the output: the canary."""
    wanted: str = ""
    """Must appear in the output."""
    timeout_s: float = 20
    exceptions: tuple[str, ...] = ()
    """Back ends on which this line does not hold."""
    needs_root: bool = False
    unshown: str = ""


CANARY = "canary-7f3a"
ATTEMPTS = [
    Attempt("read a file of the host's home", "cat {home}/secret.txt", never=CANARY),
    Attempt("read it through a link", "ln -s {home}/secret.txt l; cat l", never=CANARY),
    Attempt("read it with dots", "cat ../../../../../../../../../../../..{home}/secret.txt", never=CANARY),
    Attempt("read it through /proc/1/root", "for p in 1 {pid}; do cat /proc/$p/root{home}/secret.txt; done", never=CANARY, needs_root=True),
    Attempt(
        "read it through every process",
        "for p in /proc/[0-9]*; do cat $p/root{home}/secret.txt; done 2>&1",
        never=CANARY,
    ),
    Attempt("read the hidden .env", "cat .env '{root}/.env'; timeout 5 find / -name .env 2>/dev/null -exec cat {{}} +", never=CANARY),
    Attempt("read the daemon's environment", "cat /proc/*/environ | tr '\\0' '\\n'", never=CANARY),
    Attempt("read the shadow file", "cat /etc/shadow", never="root:", needs_root=True),
    Attempt("write over the user's file by its path", "echo pwned > '{root}/a.txt'; echo ok", wanted="ok"),
    Attempt("write over the user's file in place", "sh -c 'echo pwned >> a.txt'; echo ok", wanted="ok"),
    Attempt("write into the user's .git hooks", "mkdir -p .git/hooks && echo 'touch {home}/pwned' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit; echo ok", wanted="ok"),
    Attempt("set core.fsmonitor in .git/config", "git config core.fsmonitor 'touch {home}/pwned'; printf '[core]\\n fsmonitor=touch {home}/pwned\\n' >> .git/config; echo ok", wanted="ok"),
    Attempt("nested .git with hooks", "mkdir -p n/.git/hooks; echo 'touch {home}/pwned' > n/.git/hooks/post-checkout; echo ok", wanted="ok"),
    Attempt("write to /usr", "touch /usr/{canary} && echo wrote", never="wrote", needs_root=True),
    Attempt("write to /etc", "touch /etc/{canary} && echo wrote", never="wrote", needs_root=True),
    Attempt("write to the root folder", "touch /{canary} && echo wrote", never="wrote", needs_root=True),
    Attempt("change a host program", ": >> /usr/bin/env && echo wrote", never="wrote", needs_root=True),
    Attempt("find the layers by the mounts", "for d in $(grep -o 'dir=[^, ]*' /proc/self/mountinfo | cut -d= -f2 | grep '^{room}/'); do touch \"$(printf %b \"$d\")/{canary}\"; done; echo ok", wanted="ok", needs_root=True),
    Attempt("connect to the host's loopback", "python3 -c \"import socket; socket.create_connection(('127.0.0.1', {port}), 3); print('connected')\"", never="connected"),
    Attempt("connect to an abstract socket of the host", "python3 -c \"import socket; s=socket.socket(socket.AF_UNIX); s.connect('\\0agentx-{canary}'); print('connected')\"", never="connected"),
    Attempt("look up a name", "python3 -c \"import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.settimeout(3); s.sendto(b'canary.example', ('127.0.0.1', {lookups})); print('found', s.recv(99))\"", never="found"),
    Attempt("see a network interface", "python3 -c \"import socket; [print('interface', n) for _, n in socket.if_nameindex() if n != 'lo']\"", never="interface"),
    Attempt("send a raw packet", "python3 -c \"import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW); print('raw')\"", never="raw", needs_root=True),
    Attempt("talk to the Docker engine", "for s in {engines}; do python3 -c \"import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b'GET /_ping HTTP/1.0\\r\\n\\r\\n'); print('there', s.recv(99))\" $s; done", never="there"),
    Attempt("signal the host's process", "kill -9 {pid} && echo killed; true"),
    Attempt("signal everybody", "kill -9 -1; sleep 0.2", unshown="it would end the tests"),
    Attempt("see the host's processes", "cat /proc/*/cmdline | tr '\\0' ' '", never="sleep 98"),
    Attempt("mount something", "mkdir m; mount -t tmpfs t m && echo mounted && umount m", never="mounted", needs_root=True),
    Attempt("unshare user namespaces and mount", "unshare -Urm sh -c 'mount -t tmpfs t /mnt && echo mounted'", never="mounted"),
    Attempt("chroot", "chroot / true && echo rooted", never="rooted", needs_root=True),
    Attempt("make a device", "mknod disk b 254 0 && cat disk | head -c 1 && echo made", never="made", needs_root=True),
    Attempt("press a system request key", ": > /proc/sysrq-trigger && echo pressed", never="pressed\n", unshown="not every kernel has one"),
    Attempt("write a kernel setting", "v=$(cat /proc/sys/kernel/panic); echo $v > /proc/sys/kernel/panic && echo set", never="set\n", needs_root=True),
    Attempt("become root by set-uid", "./rootly /proc/self/status | grep '^CapEff:.*[1-9a-f]'", never="CapEff", needs_root=True),
    Attempt("trace a process of the host", "python3 -c \"import ctypes; print('traced' if ctypes.CDLL(None).ptrace(16, {pid}, 0, 0) == 0 else 'no')\"", never="traced"),
    Attempt("setsid survivor", "setsid sh -c 'sleep 3; touch survived' >/dev/null 2>&1 & sleep 0.2"),
    Attempt("double fork survivor", "(setsid sh -c '(sleep 3; touch survived) &' &) >/dev/null 2>&1; sleep 0.2"),
    Attempt("ignore the deadline", "trap '' TERM INT HUP; nohup sleep 988.{own} & while :; do sleep 1; done", timeout_s=1),
    Attempt("fork bomb", "bomb() {{ bomb | bomb & }}; bomb; sleep 3", timeout_s=5, unshown="nothing would end it"),
    Attempt("memory hog", "python3 -c \"x = [bytearray(1 << 20) for _ in range(600)]; print('had it')\"", never="had it", timeout_s=30),
    Attempt("disk filler", "dd if=/dev/zero of=big bs=1M count=200 2>&1 && echo filled; rm -f big", never="filled", timeout_s=60),
    Attempt("many inodes", "i=0; while [ $i -lt 30000 ]; do : > f$i 2>/dev/null || break; i=$((i+1)); done; rm -f f*; echo done", wanted="done", timeout_s=60, unshown="judged by whether the sandbox goes on"),
    Attempt("huge output", "head -c 20000000 /dev/zero", timeout_s=60),
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
        self.engine = socket.socket(socket.AF_UNIX)
        self.engine.bind(str(self.home / "engine.sock"))
        self.engine.listen()
        self.lookups = socket.socket(type=socket.SOCK_DGRAM)
        self.lookups.bind(("127.0.0.1", 0))
        self.n_connections = 0
        for server in (self.server, self.abstract, self.engine):
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()
        threading.Thread(target=self._answer, daemon=True).start()
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
            "room": self.root.parent,
            "lookups": self.lookups.getsockname()[1],
            "engines": " ".join(self._engines()),
        }

    def damage(self) -> list[str]:
        """What on the host is other than it was."""
        found = subprocess.run(
            ["pgrep", "-f", f"sleep 988.{os.getpid()}"], capture_output=True, check=False
        )
        told = {
            "the user's tree was written": self._tree() != self.before,
            "a process of the host was killed": self.process.poll() is not None,
            "a planted command ran on the host": (self.home / "pwned").exists(),
            "the host's network or sockets were reached": self.n_connections > 0,
            "the host's folders were written": any(place.exists() for place in self._places()),
            "a process outlived its command": bool(found.stdout),
        }
        return [words for words, is_so in told.items() if is_so]

    def close(self) -> None:
        """Take the canaries away."""
        self.process.kill()
        self.process.wait()
        for server in (self.server, self.abstract, self.engine, self.lookups):
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)  # wakes its thread
            server.close()
        for place in self._places():
            place.unlink(missing_ok=True)

    def _places(self) -> list[Path]:
        return [Path(folder, f"{CANARY}-{os.getpid()}") for folder in ("/", "/usr", "/etc")]

    def _engines(self) -> list[str]:
        """Where an engine may listen, and one of our own that surely does."""
        own = os.environ.get("DOCKER_HOST", "").removeprefix("unix://")
        places = ["/var/run/docker.sock", "/run/docker.sock", own, str(self.home / "engine.sock")]
        return [place for place in places if place.startswith("/")]

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                link = server.accept()[0]
                self.n_connections += 1
                with suppress(OSError):
                    link.sendall(b"here")
                link.close()

    def _answer(self) -> None:
        with suppress(OSError):
            while True:
                asked, whom = self.lookups.recvfrom(512)
                if not asked:
                    return
                self.n_connections += 1
                self.lookups.sendto(b"192.0.2.1", whom)

    def _tree(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not path.is_symlink()
        }
