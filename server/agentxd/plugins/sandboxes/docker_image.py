"""The built-in image: a few links, passwd and group; the programs are the host's, read-only."""

import io
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from agentxd.plugins.sandboxes.toolchain import SYSTEM

REPOSITORY = "agentx-skeleton"
_FOLDERS = ("dev", "etc", "home", "opt", "proc", "root", "run", "sys", "tmp", "usr", "var")
_FILES = {
    "etc/passwd": "root:x:0:0::/tmp/home:/bin/sh\nsandbox:x:1000:1000::/tmp/home:/bin/sh\n",
    "etc/group": "root:x:0:\nsandbox:x:1000:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def skeleton() -> bytes:
    """The image as a tar; the same bytes on the same host."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name in _FOLDERS:
            _add(tar, name, tarfile.DIRTYPE, mode=0o1777 if name == "tmp" else 0o755)
        for place in SYSTEM:
            path = Path(place)
            if path.is_symlink():
                _add(tar, place[1:], tarfile.SYMTYPE, link=str(path.readlink()))
            elif path.is_dir() and place[1:] not in _FOLDERS:
                _add(tar, place[1:], tarfile.DIRTYPE)
        for name, text in _FILES.items():
            _add(tar, name, tarfile.REGTYPE, content=text.encode())
    return target.getvalue()


def ensure_skeleton(client: Any) -> str:
    """The image's name; imported where the engine does not have it yet."""
    import docker.errors  # noqa: PLC0415  # heavy, and only where Docker is used

    content = skeleton()
    tag = sha256(content).hexdigest()[:12]
    name = f"{REPOSITORY}:{tag}"
    try:
        client.images.get(name)
    except docker.errors.ImageNotFound:
        client.api.import_image_from_data(content, repository=REPOSITORY, tag=tag)
    return name


def _add(
    tar: tarfile.TarFile,
    name: str,
    kind: bytes,
    *,
    link: str = "",
    content: bytes = b"",
    mode: int = 0o755,
) -> None:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    info.mode = 0o644 if kind == tarfile.REGTYPE else mode
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
