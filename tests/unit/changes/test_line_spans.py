"""Lines that differ, whoever finds them: they turn the old file into the new one."""

import random
import subprocess
import sys

import pytest
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.line_spans import spans_of
from agentxd.workspace.lines import split_lines
from repositories import Repository

WORDS = [
    b"a\n",
    b"b\n",
    b"@@ -1 +1 @@\n",
    b"+++ x\n",
    b"--- x\n",
    b"\\ No newline at end of file\n",
    b"\r\n",
    b"\n",
    b"\xff\r\n",
    b"diff --git a/x b/x\n",
]


@pytest.fixture(scope="module")
def git(tmp_path_factory):
    return Git(str(Repository(tmp_path_factory.mktemp("r")).root))


def check(git, old, new):
    spans = spans_of(git, old, new)
    before, after = split_lines(old), split_lines(new)
    made, at, last = [], 0, -1
    for span in spans:
        assert span.old_start > last or span.new_start == 0
        assert span.old_count or span.new_count
        made += before[at : span.old_start]
        assert len(made) == span.new_start
        made += after[span.new_start : span.new_start + span.new_count]
        at = last = span.old_start + span.old_count
    assert b"".join([*made, *before[at:]]) == new


@pytest.mark.parametrize("n_lines", [0, 1, 2, 30, 2_400, 2_600, 6_000])
@pytest.mark.parametrize("ending", [b"", b"the end"])
def test_they_make_the_new_file_of_the_old_one(git, n_lines, ending):
    chance = random.Random(n_lines)
    for _ in range(3):
        old = [chance.choice(WORDS) for _ in range(n_lines)]
        new = [line for line in old if chance.random() > 0.1]
        for _ in range(n_lines // 10):
            new.insert(chance.randrange(len(new) + 1), chance.choice(WORDS))
        check(git, b"".join(old), b"".join(new) + ending)
        check(git, b"".join(new) + ending, b"".join(old))
        check(git, b"".join(old), b"".join(old))


def test_many_lines_that_are_all_others_take_no_time(git):
    old = b"".join(b"%d\n" % n for n in range(100_000))
    new = b"".join(b"new %d\n" % n for n in range(100_000))
    check(git, old, new)
    check(git, old, new[:-1])
    check(git, old, b"first\n" + old)


def test_a_temporary_folder_in_a_repository_has_nothing_of_it(tmp_path):
    repository = Repository(tmp_path / "r")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/harm'\ncat\n")
    trap.chmod(0o755)
    repository.commit({".gitattributes": "* filter=evil diff=evil -text\n", "tmp/x": "x\n"})
    for name in ("filter.evil.clean", "diff.evil.command", "diff.evil.textconv"):
        repository.git("config", name, str(trap))
    program = (
        "import sys; from agentxd.plugins.changes.git_process import Git\n"
        "from agentxd.plugins.changes.line_spans import spans_of\n"
        "lines = b''.join(b'%d\\n' % n for n in range(9_000))\n"
        "print(len(spans_of(Git(sys.argv[1]), lines, lines.replace(b'777\\n', b'8\\n'))))\n"
    )
    environment = {"TMPDIR": str(repository.root / "tmp"), "GIT_DIR": str(repository.root / ".git")}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(repository.root)],
        env=repository.environment | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "9\n"
    assert not (tmp_path / "harm").exists()
