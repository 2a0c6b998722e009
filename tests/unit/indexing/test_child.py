"""A child process: its frames, its last words, its end."""

import asyncio
import sys

import pytest
from agentxd.plugins.workers.child import start_child
from msgspec import MsgspecError

ECHO = "import os\nwhile data := os.read(0, 1 << 16): os.write(1, data)"


class Heard:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()
        self.end = asyncio.Event()

    def heard(self, frame: bytes) -> None:
        if frame == b"bad":
            raise MsgspecError("no message")
        self.frames.put_nowait(frame)

    def ended(self) -> None:
        self.end.set()


async def started(program: str):
    listener = Heard()
    return listener, await start_child(listener, [sys.executable, "-c", program])


async def test_it_answers_and_leaves_when_its_input_ends():
    listener, child = await started(ECHO)
    child.send(b"hello")
    child.send(b"x" * 1_000_000)
    assert await listener.frames.get() == b"hello"
    assert len(await listener.frames.get()) == 1_000_000
    assert child.n_unsent == 0
    child.leave()
    await listener.end.wait()
    assert (child.is_alive, child.is_leaving) == (False, True)
    assert child.last_words() == "exit code 0"


async def test_its_last_complaint_is_kept_without_secrets():
    listener, child = await started("import sys; sys.exit('key sk-ant-REDACTED')")
    await listener.end.wait()
    child.send(b"lost")
    assert "exit code 1: key" in child.last_words()
    assert "abcdefghijkl" not in child.last_words()


async def test_one_that_does_not_leave_is_killed():
    listener, child = await started("import time; time.sleep(600)")
    child.leave()
    await child.gone(0.05)
    await listener.end.wait()


@pytest.mark.parametrize("said", [b"\0\0\0\3bad", b"\xff\xff\xff\xff"])
async def test_one_that_talks_nonsense_is_killed(said):
    listener, child = await started(f"import os, time; os.write(1, {said!r}); time.sleep(600)")
    await listener.end.wait()
    assert "cannot be read" in child.last_words()


async def test_one_that_is_not_there_is_told():
    with pytest.raises(OSError, match="no/such"):
        await start_child(Heard(), ["/no/such/program"])
