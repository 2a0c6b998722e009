"""One file has many names: links, percent signs and hosts lead to the same path."""

import pytest
from agentxd.edges.lsp.client import ClientFacts, path_of
from unit.lsp.bench import CAPABILITIES, edge

OLD, NEW = b"one\ntwo\n", b"one\nTWO\n"
NAMES = [
    ("plain", "file://{real}/a b.txt", "a b.txt"),
    ("percent signs", "file://{real}/a%20b.txt", "a b.txt"),
    ("percent signs everywhere", "file://{real}/%61%20%62%2etxt", "a b.txt"),
    ("percent signs in capitals", "file://{real}/caf%C3%A9", "café"),
    ("percent signs in small letters", "file://{real}/caf%c3%a9", "café"),
    ("scheme in capitals", "FILE://{real}/x", "x"),
    ("host", "file://localhost{real}/x", "x"),
    ("two slashes", "file://{real}//x", "x"),
    ("dots", "file://{real}/sub/../x", "x"),
    ("through a link", "file://{link}/sub/x", "sub/x"),
    ("through a link inside", "file://{real}/inner/x", "sub/x"),
    ("a link to a file", "file://{real}/other", "sub/x"),
    ("not there yet", "file://{link}/new/y", "new/y"),
    ("a link out", "file://{real}/out", None),
    ("dots out", "file://{real}/../z", None),
    ("another host", "file://elsewhere{real}/x", None),
    ("a name that only begins the same", "file://{real}-2/x", None),
    ("the root itself", "file://{real}", None),
    ("no file", "untitled:{real}/x", None),
    ("a NUL", "file://{real}/%00", None),
    ("broken", "file://[", None),
]


@pytest.fixture
def places(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "sub").mkdir(parents=True)
    (real / "sub/x").write_text("x")
    (real / "inner").symlink_to("sub")
    (real / "other").symlink_to("sub/x")
    (real / "out").symlink_to("/etc/passwd")
    link.symlink_to(real)
    return {"real": str(real), "link": str(link)}


@pytest.mark.parametrize("root", ["real", "link"])
@pytest.mark.parametrize(("kind", "uri", "path"), NAMES, ids=[name[0] for name in NAMES])
def test_a_uri_is_the_file_that_it_leads_to(places, root, kind, uri, path):
    assert path_of(places[root], uri.format(**places)) == path, kind


def test_a_file_under_two_names_is_the_document_that_was_opened_first(places):
    facts, root = ClientFacts(), places["real"]
    first, second = f"file://{root}/sub/x", f"file://{root}/other"
    assert facts.opened(root, first) == "sub/x"
    assert facts.opened(root, second) is None
    assert facts.document(second) is None
    assert facts.closed(second) is None
    assert facts.document(first) == "sub/x"
    assert facts.closed(first) == "sub/x"
    assert facts.opened(root, second) == "sub/x"


async def test_invariant_4_an_editor_that_came_through_a_link_gets_the_edit(tmp_path):
    async with edge(tmp_path, {"a": OLD, "b": OLD}) as bench:
        link = tmp_path / "link"
        link.symlink_to(bench.root)
        client = await bench.client()
        (hunk, _) = await bench.propose("p1", a=(OLD, NEW), b=(OLD, NEW))
        uri = f"file://{link}/a"
        client.open(uri, "typed\none\ntwo\n")
        client.send("agentx/hunk/accept", {"ids": [hunk]}, 7)
        asked = await client.wait_for("workspace/applyEdit")
        (change,) = asked["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 1}
        assert (await bench.disk.read(bench.root, "a"))[0] == OLD
        await client.close()


async def test_files_are_told_under_the_root_that_the_client_named(tmp_path):
    async with edge(tmp_path, {"a b": OLD}) as bench:
        link = tmp_path / "a link"
        link.symlink_to(bench.root)
        root_uri = link.as_uri() + "/"
        client = await bench.client(capabilities=CAPABILITIES, rootUri=root_uri)
        await bench.propose("p1", **{"a b": (OLD, NEW)})
        found = await client.wait_for("textDocument/publishDiagnostics")
        assert found["uri"] == root_uri + "a%20b"
        await client.close()
