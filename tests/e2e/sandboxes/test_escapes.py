"""Attempts to get out of a sandbox, or to exhaust the host; each is judged by looking at the host.

`exceptions` says on which back ends a line does not hold; docs/sandbox.md shows this table.
"""

import asyncio
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from attempts import ATTEMPTS, BACKENDS, CANARY, Host  # noqa: I001
from conftest import output_of

from agentxd.kernel.sandboxes import Command

pytestmark = pytest.mark.real


@pytest.fixture
def host(tmp_path, workspace):
    found = Host(tmp_path, workspace)
    yield found
    found.close()


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
@pytest.mark.parametrize("sandbox", BACKENDS, indirect=True)
async def test_invariant_9_what_runs_in_a_sandbox_does_not_get_out(sandbox, host, attempt):
    line = attempt.line.format(**host.words())
    started = time.monotonic()
    result = await sandbox.run(Command(line, timeout_s=attempt.timeout_s))
    text = result.output.decode(errors="replace")
    if attempt.never and sandbox.backend not in attempt.exceptions:
        assert attempt.never not in text
    assert attempt.wanted in text
    assert len(result.output) < 2 << 20
    assert time.monotonic() - started < attempt.timeout_s + 25
    changes = await sandbox.difference()
    assert not [change for change in changes if change.path.startswith((".git/", "n/.git"))]
    assert CANARY.encode() not in b"".join(change.new or b"" for change in changes)
    code, text = await output_of(sandbox, "echo alive")
    assert (code, text) == (0, "alive\n"), "the sandbox did not survive the attempt"
    if "survivor" in attempt.name:
        await asyncio.sleep(3.5)
        assert await sandbox.read("survived") is None, "a process outlived its command"
    host.check()


def test_there_are_at_least_twenty_five_attempts():
    assert len(ATTEMPTS) >= 25


def test_the_page_shows_every_attempt_and_what_holds():
    page = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()
    for attempt in ATTEMPTS:
        cells = ["no" if name in attempt.exceptions else "yes" for name in BACKENDS]
        assert f"| {attempt.name} | {' | '.join(cells)} |" in page
