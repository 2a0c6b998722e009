"""Small programs that stand in for linters, and changes to run them on."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from agentxd.kernel.review import Change, ChangedFile, LinterAnswer
from agentxd.plugins.linters.linters import Linters

TWO_LINES = b"one\ntwo\n"


def program(folder: Path, name: str, body: str) -> Path:
    """An executable in Python; `given` are its arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    head = f"#!{sys.executable} -IS\nimport json, os, sys\ngiven = sys.argv[1:]\n"
    path.write_text(head + body)
    path.chmod(0o755)
    return path


def written(root: Path, files: Mapping[str, bytes]) -> Change:
    """A change that adds these files, which are put on the disk as well."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return change(files)


def change(files: Mapping[str, bytes], **more: object) -> Change:
    """A change that adds these files."""
    return Change(
        files=tuple(
            ChangedFile(path=name, new=text, new_mode=0o100644, new_size=len(text), **more)
            for name, text in files.items()
        )
    )


def linted(
    root: Path, what: Change, *wanted: str, path: Path | None = None, seconds: float = 20.0, **more
) -> LinterAnswer:
    """What the linters say where only these programs can be found."""
    environment = {"PATH": str(path or "/nowhere"), "HOME": str(root), "SECRET_TOKEN": "hidden"}
    environment |= {"HTTPS_PROXY": "http://proxy.example:1", "LANG": os.environ.get("LANG", "C")}
    linters = Linters(str(root), wanted, environment=environment, **more)
    return linters.run(what, seconds)
