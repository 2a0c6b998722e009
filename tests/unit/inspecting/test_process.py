"""The process that reviews: bounded in time, in words and in number, and gone with whoever asked."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from agentxd.kernel.errors import ReviewError
from agentxd.kernel.review import ReviewRequest, Severity
from agentxd.plugins.inspecting.process import ProcessInspector
from agentxd.plugins.inspecting.report import read_report

REPORT = {
    "version": 1, "title": "working tree", "base": "", "head": "", "is_complete": True,
    "summary": "", "n_files": 1, "n_lines": 2, "duration_ms": 3,
    "findings": [], "failures": [], "unreviewed": [], "rules": [{"id": "secret", "title": "t"}],
    "hidden": {"n_answered": 0, "n_ignored": 0, "n_baseline": 0, "n_below": 0, "n_outside": 0},
    "notices": [],
}  # fmt: skip
FINDING = {
    "rule": "r", "reviewer": "rules", "severity": "error", "path": "a.py", "line": 3,
    "end_line": 4, "column": 5, "end_column": 9, "is_about_file": False,
    "is_about_removal": False, "message": "m", "advice": "", "fingerprint": "f" * 16,
    "fix": {"title": "mend", "replacements": [{"line": 3, "n_lines": 2, "text": "x\n"}]},
    "related": [{"path": "b", "line": 1, "message": "there"}],
}  # fmt: skip


def scripted(tmp_path, body, grace_s=5.0):
    """An inspector whose process runs this Python, with the request in `request`."""
    script = tmp_path / "process.py"
    script.write_text(
        "import json, os, subprocess, sys, time\n"
        "from pathlib import Path\n"
        "request = json.loads(sys.argv[2])\n"
        f"REPORT = {REPORT!r}\n{body}\n"
    )
    return ProcessInspector(command=(sys.executable, str(script)), grace_s=grace_s)


def request(tmp_path, **more):
    return ReviewRequest(root=str(tmp_path), **more)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until(is_there):
    for _ in range(1_000):
        if found := is_there():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_it_is_told_what_to_review_with_lower_priority(tmp_path):
    inspector = scripted(
        tmp_path,
        "time.sleep(0.2); request['nice'] = os.nice(0)\n"
        "REPORT['notices'] = [json.dumps(request)]; print(json.dumps(REPORT))",
    )
    asked = request(tmp_path, kind="range", value="a..b", min_severity=Severity.NOTE, seconds=7)
    told = json.loads((await inspector.inspect(asked)).notices[0])
    assert told.pop("nice") > os.nice(0)
    assert told == {
        "root": str(tmp_path), "what": {"kind": "range", "value": "a..b"}, "filterMode": "added",
        "minSeverity": "note", "timeBudgetS": 7.0, "hasLinters": False, "format": "json",
        "failOn": "never",
    }  # fmt: skip


def test_a_report_is_read_into_what_the_kernel_counts():
    found = read_report(json.dumps({**REPORT, "findings": [FINDING]}).encode()).findings[0]
    assert (found.line, found.end_line, found.column, found.end_column) == (2, 4, 4, 8)
    assert found.related[0].line == 0
    assert (found.fix.replacements[0].start_line, found.fix.replacements[0].end_line) == (2, 4)


WHOLE = {"line": None, "end_line": None, "column": None, "end_column": None}


def test_a_finding_about_a_file_has_no_line():
    about = {**FINDING, **WHOLE, "is_about_file": True, "fix": None}
    found = read_report(json.dumps({**REPORT, "findings": [about]}).encode()).findings[0]
    assert (found.line, found.end_line, found.column, found.end_column) == (0, -1, -1, -1)


@pytest.mark.parametrize("words", [b"", b"no", b"{}", b"[]", b'{"title": 5}', b"\xff"])
def test_a_report_that_makes_no_sense_is_no_pass(words):
    with pytest.raises(ReviewError):
        read_report(words)


@pytest.mark.parametrize(
    ("body", "message", "next_step"),
    [
        (
            "sys.stderr.write('agentxd: no range\\n  Name one.\\n'); sys.exit(2)",
            "no range",
            "Name one.",
        ),
        ("raise ValueError('why')", "exit code 1.*ValueError: why", ""),
        ("sys.exit(0)", "ended with 0", ""),
        ("os.kill(os.getpid(), 9)", "-9", ""),
        ("print('nonsense')", "cannot be read", ""),
    ],
)
async def test_a_process_that_could_not_do_its_work_is_told(tmp_path, body, message, next_step):
    with pytest.raises(ReviewError, match=message) as caught:
        await scripted(tmp_path, body).inspect(request(tmp_path))
    assert next_step in caught.value.next_step


async def test_a_program_that_is_not_there_is_told(tmp_path):
    inspector = ProcessInspector(command=(str(tmp_path / "nothing"),))
    with pytest.raises(ReviewError, match="could not be started"):
        await inspector.inspect(request(tmp_path))


GRANDCHILD = (
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "place = Path(request['root'], 'pids'); place.with_suffix('.new').write_text("
    "f'{os.getpid()} {child.pid}'); place.with_suffix('.new').rename(place)\n"
    "time.sleep(60)"
)


async def test_whoever_gives_up_leaves_no_process_behind(tmp_path):
    asking = asyncio.ensure_future(scripted(tmp_path, GRANDCHILD).inspect(request(tmp_path)))
    pids = (
        await until(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text())
    ).split()
    assert all(map(is_alive, pids))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: not any(map(is_alive, pids)))


async def test_one_that_does_not_end_is_ended(tmp_path):
    with pytest.raises(ReviewError, match="did not end within"):
        await scripted(tmp_path, GRANDCHILD, 0.0).inspect(request(tmp_path, seconds=1.0))
    pids = (tmp_path / "pids").read_text().split()
    await until(lambda: not any(map(is_alive, pids)))


async def test_one_that_says_too_much_is_ended(tmp_path):
    with pytest.raises(ReviewError, match="more than 16 MB"):
        await scripted(tmp_path, "while True: print('x' * 1_000_000)").inspect(request(tmp_path))


async def test_never_two_at_a_time(tmp_path):
    body = (
        "place = Path(request['root'], 'lock'); place.touch(exist_ok=False)\n"
        "time.sleep(0.1); place.unlink(); print(json.dumps(REPORT))"
    )
    inspector = scripted(tmp_path, body)
    reviews = await asyncio.gather(*(inspector.inspect(request(tmp_path)) for _ in range(3)))
    assert [review.n_files for review in reviews] == [1, 1, 1]


def git(folder, *words):
    who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


async def test_a_stamp_changes_with_answers_and_settings(tmp_path):
    git(tmp_path, "init", "-q")
    seen = [await ProcessInspector().stamp(str(tmp_path))]
    (tmp_path / ".agent").mkdir()
    for name in ("review-answers.toml", "review-baseline.json", "settings.json"):
        (tmp_path / ".agent" / name).write_text("x")
        seen.append(await ProcessInspector().stamp(str(tmp_path)))
    assert len(set(seen)) == len(seen)


async def test_a_stamp_changes_with_commits_and_check_outs_and_with_no_other_file(tmp_path):
    inspector = ProcessInspector()
    assert await inspector.stamp(str(tmp_path)) == ""
    git(tmp_path, "init", "-q")
    seen = [await inspector.stamp(str(tmp_path))]
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    assert await inspector.stamp(str(tmp_path)) == seen[-1]
    for words in (
        ["commit", "-qm", "x"],
        ["checkout", "-qb", "other"],
        ["commit", "-qm", "y", "--allow-empty"],
    ):
        git(tmp_path, *words)
        seen.append(await inspector.stamp(str(tmp_path)))
    assert len(set(seen)) == len(seen)
    git(tmp_path, "worktree", "add", "-q", str(tmp_path / "tree"))
    inside = await inspector.stamp(str(tmp_path / "tree"))
    assert inside
    assert inside != seen[-1]
    (tmp_path / "deep").mkdir()
    assert await inspector.stamp(str(tmp_path / "deep")) == await inspector.stamp(str(tmp_path))


async def test_a_rule_is_explained_and_one_that_is_not_ours_is_not():
    assert (await ProcessInspector().explain("secret")).startswith("# secret")
    with pytest.raises(ReviewError):
        await ProcessInspector().explain("ruff/E501")


async def test_a_real_repository_is_reviewed(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("x = 1\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    (tmp_path / "a.py").write_text("<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n")
    review = await ProcessInspector().inspect(request(tmp_path))
    assert {found.rule for found in review.findings} >= {"conflict-marker"}
    assert all(found.fingerprint for found in review.findings)
    assert review.is_complete
