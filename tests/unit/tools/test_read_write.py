"""Reading and writing files of the copy."""

import pytest
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"path": "README.md"}, "     1\t# Sample\n     2\t\n     3\tSay hello."),
        (
            {"path": "README.md", "start": 2, "count": 1},
            "     2\t\n(3 lines in all; go on with start=3)",
        ),
        ({"path": "README.md", "start": 3, "count": 99}, "     3\tSay hello."),
        (
            {"path": "README.md", "start": -5, "count": -5},
            "     1\t# Sample\n(3 lines in all; go on with start=2)",
        ),
        ({"path": "README.md", "start": 4}, "(there is no line 4; the file has 3)"),
        ({"path": "./src//latin.txt"}, "     1\tcafé"),
        (
            {"path": "src/win.txt", "count": 2},
            "     1\tone\n     2\ttwo\n(3 lines in all; go on with start=3)",
        ),
        ({"path": "empty.txt"}, "(empty file)"),
        ({"path": "run.sh", "start": 2}, "     2\techo hello"),
    ],
)
async def test_reading(room, arguments, wanted):
    assert await room.told("read", **arguments) == wanted


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing.py", "There is no file missing.py."),
        ("src", "There is no file src."),
        ("", "There is no file"),
        ("README.md/x", "There is no file"),
        ("logo.bin", "logo.bin is binary, 12 bytes."),
    ],
)
async def test_what_cannot_be_read_is_told(room, path, words):
    assert words in await room.refused("read", path=path)


async def test_a_huge_file_comes_in_pieces_that_join_to_the_whole(room):
    lines = [f"line {n}" for n in range(1, 5_001)]
    await room.call("write", path="huge.txt", content="\n".join(lines))
    start, seen = 1, []
    while start <= len(lines):
        *shown, last = (await room.told("read", path="huge.txt", start=start)).split("\n")
        if not last.startswith("("):
            shown.append(last)
        seen += [line.split("\t")[1] for line in shown]
        start += len(shown)
    assert seen == lines


async def test_a_huge_line_is_cut_and_says_so(room):
    await room.call("write", path="huge.txt", content="x" * 100_000 + "\nshort\n")
    first, second = (await room.told("read", path="huge.txt")).split("\n")
    assert first.endswith("x (98000 more characters)")
    assert second == "     2\tshort"


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("new/er/file.txt", "hello\n", "Created new/er/file.txt, 6 bytes."),
        ("README.md", "é", "Replaced README.md, 2 bytes."),
        ("empty.txt", "x", "Replaced empty.txt, 1 bytes."),
        ("src/app.py", "", "Replaced src/app.py, 0 bytes."),
        ("logo.bin", "now text", "Replaced logo.bin, 8 bytes."),
    ],
)
async def test_writing(room, path, content, words):
    assert await room.told("write", path=path, content=content) == words
    assert await room.sandbox.read(path) == content.encode()


async def test_the_users_own_file_stays_as_it_was(room):
    from pathlib import Path

    await room.call("write", path="README.md", content="changed")
    await room.call("run", command="echo more >> README.md; rm run.sh")
    root = Path(room.snapshot.root)
    assert (root / "README.md").read_bytes() == b"# Sample\n\nSay hello.\n"
    assert (root / "run.sh").exists()


@pytest.mark.parametrize("tool", ["write", "edit"])
@pytest.mark.parametrize(
    ("before", "mode"),
    [
        ("true", MODE_EXECUTABLE),
        ("chmod -x run.sh", MODE_FILE),
        ("chmod -x run.sh; chmod +x run.sh", MODE_EXECUTABLE),
        ("mv run.sh x; cp x run.sh", MODE_EXECUTABLE),
    ],
)
async def test_a_file_keeps_the_mode_that_it_has_now(room, tool, before, mode):
    await room.told("run", command=before)
    arguments = {"content": "#!/bin/sh\n"} if tool == "write" else {"old": "hello", "new": "ho"}
    await room.told(tool, path="run.sh", **arguments)
    changes = {change.path: change.new_mode for change in await room.sandbox.difference()}
    assert changes["run.sh"] == mode


async def test_a_script_that_the_agent_made_executable_stays_so(room):
    await room.told("write", path="new.sh", content="#!/bin/sh\n")
    await room.told("run", command="chmod +x new.sh")
    await room.told("edit", path="new.sh", old="sh\n", new="sh\necho\n")
    (change,) = await room.sandbox.difference()
    assert change.new_mode == MODE_EXECUTABLE


async def test_content_that_is_no_text_is_refused_by_the_tool_not_the_daemon(room):
    with pytest.raises(UnicodeEncodeError):
        await room.call("write", path="x", content="\ud800")
    assert await room.sandbox.difference() == []
