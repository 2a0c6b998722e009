"""The first minutes: no daemon installed, a folder nobody trusts yet, a daemon of another time."""

import subprocess

import pytest
from editors.workbench.desks import installed

pytestmark = [pytest.mark.real, pytest.mark.chromium, pytest.mark.xdist_group("workbench")]
MISSING = "agentxd, the daemon that does AgentX's work, is not in"
OTHER = """#!/usr/bin/env python3
import json, sys
def read():
    length = 0
    while (line := sys.stdin.buffer.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else None
while (message := read()):
    if "id" in message and "method" in message:
        agentx = {"protocolVersion": "99.0"}
        result = {"capabilities": {"experimental": {"agentx": agentx}},
                  "serverInfo": {"name": "agentxd", "version": "99.1.0"}}
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
        sys.stdout.buffer.flush()
"""


@pytest.fixture
def missing(office):
    """Nobody installed `agentxd` yet; what puts it there."""
    program = installed(office.folder)
    target = program.readlink()
    program.unlink()

    def install() -> None:
        if not program.is_symlink():
            program.symlink_to(target)

    yield install
    install()


def test_the_walkthrough_of_the_first_start_and_what_is_offered_where_agentxd_is_missing(
    own_desk, missing
):
    bench = own_desk.sit()
    bench.notification(MISSING)
    buttons = bench.page.locator(".notifications-toasts .monaco-button").all_inner_texts()
    assert {"Install…", "Open Settings", "Try Again"} <= set(buttons), bench.seen()
    bench.until_status("is not in this workspace's .venv, on PATH")
    bench.shot("missing")
    bench.command("AgentX: Open the Walkthrough")
    bench.until_shown("AgentX")
    steps = bench.page.locator(".getting-started-step")
    bench.until(lambda: steps.count() >= 3, "steps of the walkthrough")
    bench.shot("walkthrough")
    missing()
    bench.command("AgentX: Restart the Daemon")  # the message made room meanwhile
    bench.until_status("is ready")


def test_nothing_starts_in_a_workspace_before_it_is_trusted(own_desk):
    bench = own_desk.sit(
        security__workspace__trust__enabled=True,
        security__workspace__trust__startupPrompt="never",
        security__workspace__trust__banner="never",
    )
    restricted = bench.page.locator(".statusbar-item").filter(has_text="Restricted Mode").first
    bench.until(restricted.is_visible, "restricted mode")
    bench.open_file("parcel/rates.py").until_text("Base rates")
    bench.shot("untrusted")
    assert own_desk.house.pid() == 0, "a daemon runs where nobody trusts the folder"
    assert not own_desk.house.state_dir.exists()
    restricted.click()
    trust = (
        bench.page.locator(".workspace-trust-editor .monaco-button").filter(has_text="Trust").first
    )
    bench.until(trust.is_visible, "the button that trusts")
    trust.click()
    bench.until_status("is ready")
    assert own_desk.house.pid() != 0
    bench.shot("trusted")


def test_a_daemon_that_speaks_another_version_is_named_with_what_to_do(own_desk):
    program = own_desk.root / ".venv/bin/agentxd"
    program.parent.mkdir(parents=True)
    program.write_text(OTHER)
    program.chmod(0o755)
    bench = own_desk.sit()
    message = bench.notification(
        "agentxd 99.1.0 speaks protocol 99.0; this extension speaks"
    ).inner_text()
    assert "Update this extension" in message, message
    bench.until_status("speaks protocol 99.0")
    bench.shot("mismatch")
    subprocess.run(["rm", "-r", str(own_desk.root / ".venv")], check=True)
    bench.press_in_notification("speaks protocol 99.0", "Try Again")
    bench.until_status("is ready")
