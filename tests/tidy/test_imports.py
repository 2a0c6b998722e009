"""Importing does nothing but define, and nothing heavy comes before it is needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tidy.sources import product

PROBE = """
import importlib, json, os, socket, subprocess, sys, threading
harm = []
def watch(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    is_cache = event == "open" and "__pycache__" in str(args[0])
    acts = event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork",
        "os.mkdir", "os.remove", "os.rename", "shutil.", "sqlite3.", "tempfile."))
    if (writes and not is_cache) or acts:
        harm.append([event, str(args[0])[:80]])
sys.addaudithook(watch)
before = dict(os.environ)
for name in sys.argv[1:]:
    importlib.import_module(name)
if dict(os.environ) != before:
    harm.append(["environ", ""])
if threading.active_count() != 1:
    harm.append(["thread", ""])
print(json.dumps({"harm": harm, "modules": sorted(sys.modules)}))
"""

HEAVY = {"docker", "apsw", "pygls", "lsprotocol", "pydantic", "asyncio", "msgspec", "ruff"}


def imported(*names: str, cwd: Path | None = None) -> dict[str, list[str]]:
    """What a fresh interpreter did and holds after importing these."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROBE, *names],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def modules() -> list[str]:
    """Every module that is shipped; `__main__` ones run, so they are left out."""
    dotted = (source.path.partition("/")[2].removesuffix(".py") for source in product())
    names = {name.removesuffix("/__init__").replace("/", ".") for name in dotted}
    return sorted(name for name in names if not name.endswith("__main__"))


def test_invariant_14_no_import_has_side_effects() -> None:
    assert imported(*modules())["harm"] == []


HARM = {
    "a file is written": "open('made', 'w').close()",
    "a folder is made": "import os; os.mkdir('made')",
    "a process is started": "import subprocess; subprocess.run(['true'])",
    "a thread is started": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    ),
    "the environment is changed": "import os; os.environ['MADE'] = '1'",
    "a socket is bound": "import socket; socket.socket().bind(('127.0.0.1', 0))",
}


@pytest.mark.parametrize("line", HARM.values(), ids=HARM.keys())
def test_invariant_14_a_planted_side_effect_is_caught(tmp_path: Path, line: str) -> None:
    (tmp_path / "planted.py").write_text(line + "\n")
    assert imported("planted", cwd=tmp_path)["harm"]


LIGHT = {
    "agentxd_cli.main": HEAVY | {"argparse", "json", "subprocess", "logging", "importlib.metadata"},
    "agentxd_cli.thin_status": HEAVY | {"argparse", "subprocess", "logging", "typing", "re"},
    "agentxd_cli.status_text": {"typing"},
    "agentxd_client.shim": HEAVY | {"argparse", "logging", "typing"},
    "agentxd_client": {"docker", "apsw", "pygls", "pydantic", "msgspec"},
    "agentxd_protocol.places": HEAVY | {"json", "subprocess", "argparse"},
    "agentxd.kernel.ports": {"docker", "apsw", "pygls", "lsprotocol", "pydantic"},
    "agentxd.app.daemon": {
        *("docker", "requests", "urllib3", "pygls", "lsprotocol", "cattrs"),
        "importlib.metadata",  # pydantic looks for its plugins with it, at the first validation
    },
}
"""Module to what importing it must not bring along."""


@pytest.mark.parametrize("module", LIGHT)
def test_invariant_14_nothing_heavy_before_it_is_needed(module: str) -> None:
    bare = set(imported()["modules"])
    held = set(imported(module)["modules"]) - bare
    assert held & LIGHT[module] == set()
