"""A room with a small project."""

import pytest
from unit.tools.room import make_room

FILES = {
    "README.md": b"# Sample\n\nSay hello.\n",
    "src/app.py": b"import os\n\n\ndef hello():\n    return 'hello'\n\n\ndef again():\n    return 'hello'\n",
    "src/deep/er/inner.py": b"HELLO = 1\n",
    "src/win.txt": b"one\r\ntwo\r\nthree\r\n",
    "src/latin.txt": b"caf\xe9\n",
    "tests/test_app.py": b"def test():\n    assert True\n",
    "run.sh": b"#!/bin/sh\necho hello\n",
    "logo.bin": b"\x89PNG\0\0hello\n",
    "empty.txt": b"",
    "app/[slug]/page.ts": b"export const hello = 1\n",
    "here": "src/app.py",
    "out": "/etc/hostname",
    "outside": "/etc",
}


@pytest.fixture
async def room(tmp_path):
    ours = await make_room(tmp_path, FILES)
    yield ours
    await ours.sandbox.close()
