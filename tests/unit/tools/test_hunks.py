"""Diff and keep: the hunks of what was done so far, and the copy with exactly some of them."""

import pytest


@pytest.fixture
async def changed(room):
    """Two hunks in one file, one file created, one deleted, one with a new mode."""
    await room.told(
        "write",
        path="src/app.py",
        content="import os\n\n\ndef hello():\n    return 1\n\n\ndef again():\n    return 'ho'\n",
    )
    await room.told("write", path="new.txt", content="new\n")
    await room.told("run", command="rm README.md; chmod +x tests/test_app.py")
    return room


async def paths(room):
    return [change.path for change in await room.sandbox.difference()]


async def test_diff_numbers_every_hunk(changed):
    shown = await changed.told("diff")
    heads = [line for line in shown.split("\n") if line.startswith("hunk ")]
    assert heads == [
        "hunk 1: all of README.md (deleted, whole)",
        "hunk 2: all of new.txt (created, whole)",
        "hunk 3: line 5 of src/app.py (-1 +1)",
        "hunk 4: line 9 of src/app.py (-1 +1)",
        "hunk 5: all of tests/test_app.py (modified, mode)",
    ]
    assert "-    return 'hello'\n+    return 1" in shown


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        ([], []),
        ([1], ["README.md"]),
        ([2, 4], ["new.txt", "src/app.py"]),
        ([5], ["tests/test_app.py"]),
        ([3, 3], ["src/app.py"]),
        ([1, 2, 3, 4, 5], ["README.md", "new.txt", "src/app.py", "tests/test_app.py"]),
    ],
)
async def test_keep_leaves_exactly_these(changed, kept, left):
    await changed.told("diff")
    assert await changed.told("keep", hunks=kept) == f"Kept {len(set(kept))} of 5 hunks."
    assert await paths(changed) == left


async def test_the_numbers_stay_valid_and_what_was_dropped_comes_back(changed):
    await changed.told("diff")
    before = await changed.sandbox.difference()
    for kept in ([], [4], [1, 2]):
        await changed.told("keep", hunks=kept)
    await changed.told("keep", hunks=[1, 2, 3, 4, 5])
    assert await changed.sandbox.difference() == before


async def test_keep_takes_back_what_was_done_after_the_diff(changed):
    await changed.told("diff")
    await changed.told("run", command="echo later > later.txt; echo more >> src/app.py")
    await changed.told("keep", hunks=[2])
    assert await paths(changed) == ["new.txt"]


@pytest.mark.parametrize("numbers", [[0], [6], [1, -1]])
async def test_a_hunk_that_was_not_shown_is_refused_and_nothing_moves(changed, numbers):
    await changed.told("diff")
    before = await changed.sandbox.difference()
    assert "the last diff showed 1 to 5" in await changed.refused("keep", hunks=numbers)
    assert await changed.sandbox.difference() == before


async def test_keep_before_diff_and_diff_without_changes(room):
    assert "Call `diff` first" in await room.refused("keep", hunks=[])
    assert await room.told("diff") == "No changes."


@pytest.mark.parametrize(("kept", "left"), [([], []), ([1], ["READ.md"])])
async def test_a_rename_is_one_hunk(room, kept, left):
    await room.told("run", command="mv README.md READ.md")
    assert "all of READ.md (renamed, rename)" in await room.told("diff")
    await room.told("keep", hunks=kept)
    assert await paths(room) == left


async def test_a_huge_hunk_is_headed_and_left_out(room):
    await room.told("write", path="src/app.py", content="x = 1\n" * 20_000)
    shown = await room.told("diff")
    assert shown.startswith("hunk 1: line 1 of src/app.py")
    assert len(shown) < 1_000
