"""Cutting: every kind of change becomes hunks that give the new file back, byte for byte."""

import pytest
from agentxd.kernel.files import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_LINK,
    ChangeKind,
    FileChange,
    blob_id,
)
from agentxd.kernel.hunks import HunkKind
from agentxd.proposals.cutting import cut
from agentxd.proposals.subset import with_hunks
from hypothesis import given
from hypothesis import strategies as st

K = ChangeKind
W, T, M, R = HunkKind.WHOLE, HunkKind.TEXT, HunkKind.MODE, HunkKind.RENAME
LATIN = "café\n".encode("latin-1")


def change(kind, base, new, modes=(MODE_FILE, MODE_FILE), **others) -> FileChange:
    base_mode, new_mode = (
        mode if text is not None else 0 for mode, text in zip(modes, (base, new), strict=True)
    )
    return FileChange("f", kind, base, new, base_mode, new_mode, **others)


CUTS = {
    "created": (change(K.CREATED, None, b"a\nb\n"), [(W, 0, 0, 0, 2)]),
    "created empty": (change(K.CREATED, None, b""), [(W, 0, 0, 0, 0)]),
    "deleted": (change(K.DELETED, b"a\nb\n", None), [(W, 0, 2, 0, 0)]),
    "renamed": (change(K.RENAMED, b"a\n", b"a\n", old_path="o"), [(R, 0, 1, 0, 1)]),
    "renamed and modified": (change(K.RENAMED, b"a\n", b"b\n", old_path="o"), [(R, 0, 1, 0, 1)]),
    "one line": (change(K.MODIFIED, b"a\nb\nc\n", b"a\nB\nc\n"), [(T, 1, 1, 1, 1)]),
    "neighbouring lines are one hunk": (
        change(K.MODIFIED, b"a\nb\nc\n", b"A\nB\nc\n"),
        [(T, 0, 2, 0, 2)],
    ),
    "apart by one line they are two": (
        change(K.MODIFIED, b"a\nb\nc\n", b"A\nb\nC\n"),
        [(T, 0, 1, 0, 1), (T, 2, 1, 2, 1)],
    ),
    "carriage returns": (change(K.MODIFIED, b"a\nb\n", b"a\r\nb\n"), [(T, 0, 1, 0, 1)]),
    "byte-order mark": (change(K.MODIFIED, b"a\nb\n", b"\xef\xbb\xbfa\nb\n"), [(T, 0, 1, 0, 1)]),
    "final newline": (change(K.MODIFIED, b"a\nb", b"a\nb\n"), [(T, 1, 1, 1, 1)]),
    "latin-1": (change(K.MODIFIED, LATIN, LATIN + LATIN), [(T, 1, 0, 1, 1)]),
    "filled": (change(K.MODIFIED, b"", b"a\n"), [(T, 0, 0, 0, 1)]),
    "emptied": (change(K.MODIFIED, b"a\n", b""), [(T, 0, 1, 0, 0)]),
    "mode": (
        change(K.MODIFIED, b"a\n", b"a\n", (MODE_FILE, MODE_EXECUTABLE)),
        [(M, 0, 0, 0, 0)],
    ),
    "mode of a binary": (
        change(K.MODIFIED, b"\0", b"\0", (MODE_FILE, MODE_EXECUTABLE)),
        [(M, 0, 0, 0, 0)],
    ),
    "mode and text": (
        change(K.MODIFIED, b"a\n", b"b\n", (MODE_FILE, MODE_EXECUTABLE)),
        [(M, 0, 0, 0, 0), (T, 0, 1, 0, 1)],
    ),
    "binary": (change(K.MODIFIED, b"a\0", b"b\0"), [(W, 0, 1, 0, 1)]),
    "became binary": (change(K.MODIFIED, b"a\n", b"b\0"), [(W, 0, 1, 0, 1)]),
    "link moved": (change(K.MODIFIED, b"x", b"y", (MODE_LINK, MODE_LINK)), [(W, 0, 1, 0, 1)]),
    "became a link": (change(K.MODIFIED, b"x", b"x", (MODE_FILE, MODE_LINK)), [(W, 0, 1, 0, 1)]),
    "link created": (change(K.CREATED, None, b"x", (0, MODE_LINK)), [(W, 0, 0, 0, 1)]),
    "unknown base": (
        change(K.MODIFIED, b"a\nb\nc\n", b"A\nb\nC\n", is_base_known=False),
        [(W, 0, 3, 0, 3)],
    ),
}


@pytest.mark.parametrize(("given_change", "expected"), CUTS.values(), ids=CUTS)
def test_a_change_becomes_these_hunks(given_change, expected):
    found = cut("p1", [given_change])
    pieces = [(h.kind, h.base_start, h.base_count, h.new_start, h.new_count) for h in found.hunks]
    assert pieces == expected
    (file,) = found.files
    for content, blob in ((given_change.base, file.base_blob), (given_change.new, file.new_blob)):
        assert blob == ("" if content is None else blob_id(content))
        assert content is None or found.blobs[blob] == content
    assert (file.path, file.kind, file.old_path) == ("f", given_change.kind, given_change.old_path)
    assert (file.base_mode, file.new_mode) == (given_change.base_mode, given_change.new_mode)
    assert file.is_base_known == given_change.is_base_known
    assert file.is_binary == any(b"\0" in (c or b"") for c in (given_change.base, given_change.new))
    names = [hunk.id for hunk in found.hunks]
    assert (
        with_hunks(given_change.base, given_change.new, found.hunks, names, {}) == given_change.new
    )
    assert with_hunks(given_change.base, given_change.new, found.hunks, [], {}) == given_change.base


def test_hunks_are_numbered_through_the_proposal_in_the_order_of_the_paths():
    changes = [FileChange(path, K.CREATED, None, b"x") for path in ("b", "a/z", "a")]
    found = cut("p7", changes)
    assert [(hunk.id, hunk.path) for hunk in found.hunks] == [
        ("p7.1", "a"),
        ("p7.2", "a/z"),
        ("p7.3", "b"),
    ]


texts = st.lists(
    st.tuples(
        st.sampled_from([b"a", b"b", b"\xe9", b""]), st.sampled_from([b"\n", b"\r\n", b"\r"])
    ),
    max_size=12,
).map(lambda found: b"".join(word + end for word, end in found)) | st.binary(max_size=12)


@given(texts, texts)
def test_all_hunks_give_the_new_file_and_none_touches_another(base, new):
    found = cut("p1", [FileChange("f", K.MODIFIED, base, new, MODE_FILE, MODE_FILE)])
    names = [hunk.id for hunk in found.hunks]
    assert with_hunks(base, new, found.hunks, names, {}) == new
    for above, below in zip(found.hunks, found.hunks[1:], strict=False):
        assert above.base_start + above.base_count < below.base_start
        assert above.new_start + above.new_count < below.new_start


@given(texts, texts, st.data())
def test_any_subset_has_exactly_its_own_changes(base, new, data):
    """The chosen hunks and the others, one after the other, lead to the whole."""
    found = cut("p1", [FileChange("f", K.MODIFIED, base, new, MODE_FILE, MODE_FILE)])
    chosen = {hunk.id for hunk in found.hunks if data.draw(st.booleans())}
    subset = with_hunks(base, new, found.hunks, chosen, {})
    size = len(base) + sum(grown(hunk, base, new) for hunk in found.hunks if hunk.id in chosen)
    assert subset is not None
    assert len(subset) == size


def grown(hunk, base: bytes, new: bytes) -> int:
    only = with_hunks(base, new, [hunk], [hunk.id], {})
    assert only is not None
    return len(only) - len(base)


EDITS = {
    "other lines": (b"a\nb\nc\n", b"a\nB\nc\n", b"x\ny\n", b"a\nx\ny\nc\n"),
    "nothing": (b"a\nb\nc\n", b"a\nB\nc\n", b"", b"a\nc\n"),
    "typed without an ending, a line follows": (b"a\nb\nc\n", b"a\nB\nc\n", b"x", b"a\nx\nc\n"),
    "the ending is the neighbour's": (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n", b"x", b"a\r\nx\r\nc\r\n"),
    "typed without an ending, at the end": (b"a\nb\n", b"a\nB\n", b"x", b"a\nx"),
}  # fmt: skip


@pytest.mark.parametrize(("base", "new", "edit", "expected"), EDITS.values(), ids=EDITS)
def test_an_edit_takes_the_place_of_the_proposed_lines(base, new, edit, expected):
    found = cut("p1", [FileChange("f", K.MODIFIED, base, new, MODE_FILE, MODE_FILE)])
    assert with_hunks(base, new, found.hunks, ["p1.1"], {"p1.1": edit}) == expected
