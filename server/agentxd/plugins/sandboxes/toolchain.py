"""What of the host a sandbox sees read-only so that the project's own tools run."""

import os
from collections.abc import Sequence
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Read-only from the host; most are links into /usr."""
ETC = (
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ssl/certs",
    "/etc/localtime",
    "/etc/mime.types",
)
TOOLS = "/opt/agentx/bin"
"""Where the executables of `SandboxSpec.tools` are seen."""


def interpreter_prefixes(root: str, dependencies: Sequence[str]) -> list[str]:
    """Host folders of the interpreters that virtual environments name, outside of /usr."""
    found: dict[str, None] = {}
    for dependency in dependencies:
        home = _venv_home(Path(root, dependency, "pyvenv.cfg"))
        if not home:
            continue
        for place in (home, os.path.realpath(home), _real_interpreter_folder(home)):
            prefix = str(Path(place).parent)
            if prefix not in ("/", "/usr", "/usr/local") and Path(prefix).is_dir():
                found[prefix] = None
    return list(found)


def environment(root: str, dependencies: Sequence[str], home: str) -> dict[str, str]:
    """Variables of every command: nothing of the daemon's own environment gets in."""
    own = [f"{root}/{name}/bin" for name in dependencies if Path(root, name, "bin").is_dir()]
    own += [f"{root}/{name}/.bin" for name in dependencies if Path(root, name, ".bin").is_dir()]
    return {
        "PATH": ":".join([*own, "/usr/local/bin", "/usr/bin", "/bin", TOOLS]),
        "HOME": home,
        "TMPDIR": "/tmp",  # noqa: S108  # the sandbox's own
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AGENTX_SANDBOX": "1",
    }


def _venv_home(config: Path) -> str:
    try:
        lines = config.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == "home":
            return value.strip()
    return ""


def _real_interpreter_folder(home: str) -> str:
    """A shim's or a link's real place: `<prefix>/bin`."""
    return str(Path(os.path.realpath(Path(home, "python3"))).parent)
