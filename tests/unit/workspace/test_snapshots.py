"""Trees by their hash: the same files have the same hash, and changes lead to the changed tree."""

import pytest
from agentxd.kernel.files import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_LINK,
    ChangeKind,
    FileChange,
    FileEntry,
    Snapshot,
    blob_id,
)
from agentxd.workspace.snapshots import changed_tree, tree_hash
from hypothesis import given
from hypothesis import strategies as st

Tree = dict[str, tuple[bytes, int]]
BASE: Tree = {"a": (b"1", MODE_FILE), "b": (b"2", MODE_FILE), "c/d": (b"3", MODE_EXECUTABLE)}


def entries(tree: Tree) -> dict[str, FileEntry]:
    return {
        path: FileEntry(path, blob_id(content), mode, len(content))
        for path, (content, mode) in tree.items()
    }


def snapshot(tree: Tree) -> Snapshot:
    return Snapshot(tree_hash(entries(tree)), "/w", entries(tree), {}, {})


def change(path: str, kind: ChangeKind, new: tuple[bytes, int] | None, old: str = "") -> FileChange:
    content, mode = new or (None, 0)
    return FileChange(path, kind, b"", content, MODE_FILE, mode, old)


CHANGES = {
    "nothing": ([], BASE),
    "created": (
        [change("e", ChangeKind.CREATED, (b"", MODE_FILE))],
        BASE | {"e": (b"", MODE_FILE)},
    ),
    "deleted": (
        [change("a", ChangeKind.DELETED, None)],
        {"b": BASE["b"], "c/d": BASE["c/d"]},
    ),
    "modified": (
        [change("a", ChangeKind.MODIFIED, (b"9", MODE_FILE))],
        BASE | {"a": (b"9", MODE_FILE)},
    ),
    "mode alone": (
        [change("a", ChangeKind.MODIFIED, (b"1", MODE_EXECUTABLE))],
        BASE | {"a": (b"1", MODE_EXECUTABLE)},
    ),
    "became a link": (
        [change("a", ChangeKind.MODIFIED, (b"b", MODE_LINK))],
        BASE | {"a": (b"b", MODE_LINK)},
    ),
    "renamed": (
        [change("z", ChangeKind.RENAMED, (b"1", MODE_FILE), "a")],
        {"z": BASE["a"], "b": BASE["b"], "c/d": BASE["c/d"]},
    ),
    "two files swapped their names": (
        [
            change("a", ChangeKind.RENAMED, (b"2", MODE_FILE), "b"),
            change("b", ChangeKind.RENAMED, (b"1", MODE_FILE), "a"),
        ],
        BASE | {"a": BASE["b"], "b": BASE["a"]},
    ),
    "renamed, and its old name taken anew": (
        [
            change("a", ChangeKind.CREATED, (b"n", MODE_FILE)),
            change("z", ChangeKind.RENAMED, (b"1", MODE_FILE), "a"),
        ],
        BASE | {"z": BASE["a"], "a": (b"n", MODE_FILE)},
    ),
}


@pytest.mark.parametrize(("changes", "expected"), CHANGES.values(), ids=CHANGES)
def test_changes_lead_to_the_changed_tree(changes, expected):
    wanted = tree_hash(entries(expected))
    assert changed_tree(snapshot(BASE), changes) == wanted
    assert changed_tree(snapshot(BASE), changes[::-1]) == wanted


trees = st.dictionaries(
    st.text(min_size=1, max_size=4),
    st.tuples(st.binary(max_size=3), st.sampled_from([MODE_FILE, MODE_EXECUTABLE, MODE_LINK])),
    max_size=4,
)


@given(trees, trees)
def test_two_trees_have_one_hash_exactly_where_they_are_equal(one, other):
    assert (tree_hash(entries(one)) == tree_hash(entries(other))) == (one == other)


@given(trees)
def test_invariant_3_the_order_of_the_files_does_not_matter(tree):
    assert tree_hash(entries(tree)) == tree_hash(dict(reversed(entries(tree).items())))


def test_a_name_that_is_no_text_has_a_hash():
    assert tree_hash(entries({"caf\udce9": (b"", MODE_FILE)}))
