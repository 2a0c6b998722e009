"""A repository that wants to run something does not get to, whatever is asked of it."""

import pytest
from agentxd.plugins.changes.git_changes import GitChanges
from agentxd.plugins.changes.git_tree import INDEX, GitTree
from repositories import Repository

TRAPS = {
    "core.alternateRefsCommand": "{trap}",
    "core.askPass": "{trap}",
    "core.editor": "{trap}",
    "core.fsmonitor": "{trap}",
    "core.gitProxy": "{trap}",
    "core.hooksPath": "{folder}/hooks",
    "core.pager": "{trap}",
    "core.sshCommand": "{trap}",
    "credential.helper": "!{trap}",
    "diff.external": "{trap}",
    "diff.evil.command": "{trap}",
    "diff.evil.textconv": "{trap}",
    "diff.evil.cachetextconv": "true",
    "filter.evil.clean": "{trap}",
    "filter.evil.smudge": "{trap}",
    "filter.evil.process": "{trap}",
    "filter.evil.required": "true",
    "filter.a=b.c.clean": "{trap}",
    "filter.lfs.process": "{trap}",
    "filter.lfs.clean": "{trap}",
    "gpg.program": "{trap}",
    "interactive.diffFilter": "{trap}",
    "log.showSignature": "true",
    "merge.evil.driver": "{trap}",
    "pager.diff": "{trap}",
    "pager.grep": "{trap}",
    "pager.log": "{trap}",
    "protocol.ext.allow": "always",
    "remote.origin.uploadpack": "{trap}",
    "remote.origin.url": "ext::{trap}",
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
    "core.repositoryFormatVersion": "1",
    "sequence.editor": "{trap}",
    "submodule.recurse": "true",
}
SIGNED = """\
tree {tree}
parent {parent}
author t <t@example.invalid> 1700000000 +0000
committer t <t@example.invalid> 1700000000 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 x
 -----END PGP SIGNATURE-----

signed
"""


@pytest.fixture
def trapped(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "name = 1\n", "b.bin": b"\0", "c.lfs": "version 1\n"})
    repository.commit(
        {
            "a.py": "name = 2\n",
            ".gitattributes": "* diff=evil filter=evil merge=evil linguist-generated\n"
            "*.lfs filter=lfs diff=lfs -text\n*.bin filter=a=b.c\n",
        }
    )
    tree = repository.git("rev-parse", "HEAD^{tree}")
    (tmp_path / "commit").write_text(SIGNED.format(tree=tree, parent=repository.head))
    signed = repository.git("hash-object", "-t", "commit", "-w", str(tmp_path / "commit"))
    repository.git("update-ref", "refs/heads/main", signed)
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{tmp_path}/harm'\ncat\n")
    trap.chmod(0o755)
    (tmp_path / "hooks").mkdir()
    for name in ("post-index-change", "pre-push", "post-checkout", "reference-transaction"):
        (tmp_path / "hooks" / name).symlink_to(trap)
    for name, value in TRAPS.items():
        repository.git("config", name, value.format(trap=trap, folder=tmp_path))
    repository.write("a.py", "name = 3\n")
    repository.write("c.lfs", "the large thing itself\n")
    repository.write("new.lfs", "another one\n")
    return repository


def test_nothing_of_it_is_run(trapped, tmp_path, monkeypatch):
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "PAGER", "GIT_ASKPASS"):
        monkeypatch.setenv(name, str(tmp_path / "trap"))
    changes = GitChanges(str(trapped.root))
    head, parent = trapped.head, trapped.git("rev-parse", "HEAD~1")
    assert [file.path for file in changes.of_range("HEAD~1").files] == [".gitattributes", "a.py"]
    assert changes.of_range("HEAD").messages == ("signed",)
    assert changes.staged().files == ()
    working = {file.path: file.new for file in changes.working().files}
    assert working == {
        "a.py": b"name = 3\n",
        "c.lfs": b"the large thing itself\n",
        "new.lfs": b"another one\n",
    }
    assert changes.since("HEAD~2").files
    assert changes.unpushed().files
    assert changes.pushed(f"main {head} refs/heads/main {parent}", "origin")
    for at in ("", INDEX, head):
        with GitTree(str(trapped.root), at) as tree:
            assert "a.py" in tree.paths()
            assert tree.read("a.py")
            assert tree.uses("name", "a.py")
    assert not (tmp_path / "harm").exists(), (tmp_path / "harm").read_text()


def test_the_traps_do_snap_with_plain_git(trapped, tmp_path):
    trapped.run("diff", "HEAD")
    assert (tmp_path / "harm").exists()


def test_attributes_cannot_hide_lines(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "a\n", ".gitattributes": "*.py -diff -text binary\n"})
    repository.commit({"a.py": "b\n"})
    (file,) = GitChanges(str(repository.root)).of_range("HEAD").files
    assert not file.is_binary
    assert len(file.spans) == 1


def test_replaced_objects_and_grafts_cannot_hide_a_change(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit({"a": "a\n"})
    second = repository.commit({"a": "harm\n"})
    repository.git("replace", second, first)
    (file,) = GitChanges(str(repository.root)).of_range(f"{first}..{second}").files
    assert file.new == b"harm\n"


def test_what_a_partial_clone_lacks_is_not_fetched(tmp_path):
    full = Repository(tmp_path / "full")
    full.commit({"a": "a\n"})
    full.commit({"a": "b\n"})
    full.git("config", "uploadpack.allowFilter", "true")
    words = ["clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{full.root}"]
    full.git(*words, str(tmp_path / "partial"))
    (file,) = GitChanges(str(tmp_path / "partial")).of_range("HEAD").files
    assert (file.path, file.old, file.new, file.is_whole) == ("a", None, None, False)


def test_a_work_tree_that_is_said_to_be_elsewhere(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret").write_text("secret\n")
    repository = Repository(tmp_path / "home" / "r")
    repository.commit({"a": "a\n"})
    repository.git("config", "core.worktree", str(tmp_path / "home"))
    found = [file.path for file in GitChanges(str(repository.root)).working().files]
    assert "secret" not in found
    assert "../secret" not in found
