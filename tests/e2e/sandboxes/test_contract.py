"""What every sandbox does, on the real back ends."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from conftest import BACKENDS, backend_named, output_of, spec_of  # noqa: I001

from agentxd.kernel.errors import SandboxError
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, ChangeKind
from agentxd.kernel.ports import TellsLeftOut
from agentxd.kernel.sandboxes import Command, FileWrite

pytestmark = [
    pytest.mark.real,
    pytest.mark.parametrize("sandbox", list(BACKENDS), indirect=True),
]


async def test_commands_run_in_the_copy_and_tell_their_exit_code(sandbox, workspace):
    assert await output_of(sandbox, "cat a.txt; ./run.sh; exit 3") == (3, "one\ntwo\nran\n")
    assert (await output_of(sandbox, "kill -9 $$"))[0] == 137


async def test_standard_error_is_in_the_same_stream(sandbox):
    assert (await output_of(sandbox, "echo out; echo err >&2"))[1] == "out\nerr\n"


async def test_commands_at_the_same_time_do_not_end_each_other(sandbox):
    running = [sandbox.run(Command(f"sleep 0.{n}; echo {n}")) for n in (1, 4, 6)]
    found = await asyncio.gather(*running)
    assert [(one.exit_code, one.output) for one in found] == [(0, b"1\n"), (0, b"4\n"), (0, b"6\n")]


HARD = [
    ("printf '%s' 'a\\b\\nc\\0123\\c'", "a\\b\\nc\\0123\\c"),
    ("echo 'two\nlines'\necho \"$((6*7))\"", "two\nlines\n42\n"),
    ("cat <<'EOF'\n$HOME `x` \\ %s\nEOF\n", "$HOME `x` \\ %s\n"),
    ("  echo   'ü € 漢'  ", "ü € 漢\n"),
    ("cat; echo end", "end\n"),
    ("echo ${where-none} ${line-none} ${OLDPWD-none}", "none none none\n"),
    (f"echo {'x' * 20_000} | wc -c", "20001\n"),
    ("exit 7", ""),
    ("'", None),
]


@pytest.mark.parametrize("round_", [1, 2])
async def test_a_command_line_arrives_as_it_was_written(sandbox, round_):
    for line, wanted in HARD:
        code, said = await output_of(sandbox, line)
        assert said == wanted or (wanted is None and code == 2), (round_, line)


async def test_output_is_bounded_and_the_middle_is_counted(sandbox):
    result = await sandbox.run(
        Command("yes head | head -c 300000; echo THE-END", max_output_bytes=2000)
    )
    assert result.n_output_bytes == 300_008
    assert result.is_truncated
    assert result.output.startswith(b"head\n")
    assert result.output.endswith(b"THE-END\n")
    assert len(result.output) < 2200


async def test_output_is_shown_while_it_comes(sandbox):
    pieces = []
    await sandbox.run(Command("echo one; sleep 0.3; echo two"), pieces.append)
    await asyncio.sleep(0)
    assert b"".join(pieces) == b"one\ntwo\n"


async def test_the_deadline_ends_a_command(sandbox):
    result = await sandbox.run(Command("echo begun; sleep 60", timeout_s=4))
    assert (result.exit_code, result.is_timed_out, result.output) == (124, True, b"begun\n")
    assert result.duration_s < 30


async def test_a_cancelled_command_is_dead_and_the_sandbox_still_works(sandbox):
    running = asyncio.ensure_future(sandbox.run(Command(f"sleep 61.{os.getpid()}")))
    await asyncio.sleep(0.5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await is_gone(f"sleep 61.{os.getpid()}")
    assert (await output_of(sandbox, "echo still"))[1] == "still\n"


async def test_a_child_that_holds_the_stream_open_does_not_hold_us_up(sandbox):
    result = await sandbox.run(Command(f"sleep 62.{os.getpid()} & echo done", timeout_s=30))
    assert not result.is_timed_out
    assert await is_gone(f"sleep 62.{os.getpid()}")


async def is_gone(line: str) -> bool:
    """Whether no such process is left; one that was killed may take a moment to go."""
    for _ in range(100):
        if not subprocess.run(["pgrep", "-f", line], capture_output=True, check=False).stdout:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_read_and_write_are_data(sandbox):
    await sandbox.write([FileWrite("new/x.txt", b"text\r\n"), FileWrite("gone.txt", None)])
    assert await sandbox.read("new/x.txt") == b"text\r\n"
    assert await sandbox.read("gone.txt") is None
    assert await sandbox.read("link") == b"a.txt"
    assert (await output_of(sandbox, "cat new/x.txt"))[1] == "text\r\n"


async def test_the_difference_knows_every_kind_of_change(sandbox):
    lines = [
        "printf 'one\\nTWO\\n' > a.txt",
        "rm gone.txt",
        "mv moved.txt sub/moved.txt",
        "chmod -x run.sh",
        "printf '\\000\\001' > sub/b.bin",
        "ln -s a.txt other",
        "echo ignored > new.log",
        "mkdir -p __pycache__ build && echo x > __pycache__/y && echo x > build/z",
        "mkfifo pipe",
        "ln -s /etc/passwd out",
        "echo '#!/bin/sh' > tool && chmod +x tool",
    ]
    code, text = await output_of(sandbox, " && ".join(lines))
    assert code == 0, text
    found = {change.path: change for change in await sandbox.difference()}
    kinds = {path: change.kind for path, change in found.items()}
    assert kinds == {
        "a.txt": ChangeKind.MODIFIED,
        "gone.txt": ChangeKind.DELETED,
        "sub/moved.txt": ChangeKind.RENAMED,
        "run.sh": ChangeKind.MODIFIED,
        "sub/b.bin": ChangeKind.MODIFIED,
        "other": ChangeKind.CREATED,
        "tool": ChangeKind.CREATED,
    }
    assert found["a.txt"].base == b"one\ntwo\n"
    assert found["a.txt"].new == b"one\nTWO\n"
    assert (found["run.sh"].base_mode, found["run.sh"].new_mode) == (MODE_EXECUTABLE, MODE_FILE)
    assert found["sub/moved.txt"].old_path == "moved.txt"
    assert found["tool"].new_mode == MODE_EXECUTABLE


async def test_a_whole_folder_replaced_is_seen_file_by_file(sandbox):
    await output_of(sandbox, "rm -rf sub && mkdir sub && echo new > sub/c.txt")
    kinds = {change.path: change.kind for change in await sandbox.difference()}
    assert kinds == {"sub/b.bin": ChangeKind.DELETED, "sub/c.txt": ChangeKind.CREATED}


async def test_what_cannot_be_compared_is_left_out_and_told_and_never_a_deletion(sandbox):
    lines = [
        "rm gone.txt",
        "truncate -s 40M a.txt",
        "rm moved.txt && mkfifo moved.txt",
        "rm sub/b.bin && ln -s /etc/hostname sub/b.bin",
        "truncate -s 40M new.bin",
        "truncate -s 40M new.log",
        "rm link && mkdir link",
    ]
    code, text = await output_of(sandbox, " && ".join(lines))
    assert code == 0, text
    kinds = {change.path: change.kind for change in await sandbox.difference()}
    assert kinds == {"gone.txt": ChangeKind.DELETED, "link": ChangeKind.DELETED}
    assert isinstance(sandbox, TellsLeftOut)
    assert {path: reason.partition(":")[0] for path, reason in sandbox.left_out.items()} == {
        "a.txt": "larger than 32 MiB",
        "moved.txt": "no regular file",
        "sub/b.bin": "a link that leads out of the workspace",
        "new.bin": "larger than 32 MiB",
    }
    await sandbox.write([FileWrite("a.txt", b"one\ntwo\n"), FileWrite("moved.txt", b"x\n")])
    await sandbox.difference()
    assert sorted(sandbox.left_out) == ["new.bin", "sub/b.bin"]


async def test_a_file_can_be_written_in_place_of_whatever_is_there(sandbox):
    await output_of(sandbox, "rm a.txt gone.txt && mkfifo a.txt && mkdir gone.txt sub/c")
    await sandbox.write(
        [FileWrite("a.txt", b"a\n"), FileWrite("gone.txt", b"g\n"), FileWrite("sub/c", None)]
    )
    assert (await output_of(sandbox, "cat a.txt gone.txt; ls sub"))[1] == "a\ng\nb.bin\nc\n"
    with pytest.raises(SandboxError, match="sub"):
        await sandbox.write([FileWrite("sub", b"in the way")])


async def test_nothing_done_is_no_difference(sandbox):
    await output_of(sandbox, "cat a.txt > copy && rm copy && touch a.txt && ls")
    assert await sandbox.difference() == []


async def test_invariant_4_the_users_tree_is_never_written(sandbox, workspace):
    before = {p: p.read_bytes() for p in workspace.rglob("*") if p.is_file() and not p.is_symlink()}
    await output_of(sandbox, "rm -rf ./* .[a-z]*; echo x > a.txt; git init -q . 2>/dev/null")
    assert {
        p: p.read_bytes() for p in workspace.rglob("*") if p.is_file() and not p.is_symlink()
    } == before


async def test_secrets_and_ignored_files_and_the_users_git_are_not_there(sandbox):
    _, text = await output_of(sandbox, "cat .env old.log; git log 2>&1; ls -a; ls .git/objects")
    assert "hunter2-canary" not in text
    assert "ignored-canary" not in text
    assert "commit" not in text.replace("not have any commits", "")


async def test_a_file_that_the_user_saves_meanwhile_is_neither_ours_nor_undone(sandbox, workspace):
    await output_of(sandbox, "echo agent >> run.sh")
    (workspace / "a.txt").write_text("saved by the user\n")
    (workspace / "run.sh").write_text("#!/bin/sh\necho user\n")
    found = {change.path: change for change in await sandbox.difference()}
    assert set(found) == {"run.sh"}
    assert found["run.sh"].base == b"#!/bin/sh\necho ran\n"
    assert found["run.sh"].new == b"#!/bin/sh\necho ran\nagent\n"


async def test_close_may_be_called_twice_and_leaves_nothing(sandbox, workspace):
    await sandbox.close()
    await sandbox.close()
    scratch = workspace.parent / "scratch"
    assert not list(scratch.iterdir())
    assert str(scratch) not in Path("/proc/self/mounts").read_text()


async def test_unsaved_text_is_part_of_the_base(sandbox, workspace):
    backend = await asyncio.to_thread(backend_named, sandbox.backend)
    spec = await spec_of(workspace, {"a.txt": b"typed\n"}, owner="test/t2")
    other = await backend.open(spec)
    try:
        assert (await output_of(other, "cat a.txt"))[1] == "typed\n"
        assert await other.difference() == []
    finally:
        await other.close()
