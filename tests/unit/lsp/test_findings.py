"""Findings as each client can show them: its units, its text, what it knows of diagnostics."""

import pytest
from agentxd.edges.lsp.comments import comment_marks
from agentxd.kernel.review import (
    Finding,
    Fix,
    Related,
    Replacement,
    Review,
    ReviewRequest,
    Severity,
)
from agentxd.plugins.inspecting.scripted import ScriptedInspector
from agentxd.review.ignoring import remarks
from agentxd.sessions.inspecting import Wishes
from unit.lsp.bench import edge

PUBLISH = "textDocument/publishDiagnostics"
TEXT = 'A = "😀"; b = 1\n\nlast = 2\n'
EDITS = {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}


def capabilities(diagnostics, encoding="utf-16", workspace=EDITS):
    shown = {} if diagnostics is None else {"publishDiagnostics": diagnostics}
    return {
        "general": {"positionEncodings": [encoding]},
        "textDocument": shown,
        "workspace": workspace,
    }


def finding(line=0, rule="r", name="1", **more):
    return Finding(
        rule=rule, severity=Severity.WARNING, path="a.py", line=line, message="why",
        fingerprint=name * 16, **more,
    )  # fmt: skip


async def show(bench, *findings):
    """The findings, as a review of the working change found them."""
    inspecting = bench.application.inspecting
    review = Review(title="x", findings=findings)
    inspecting.equip(ScriptedInspector(lambda _: review), bench.disk, bench.root, Wishes)
    await inspecting.run(ReviewRequest(root=bench.root), is_shown=True)


async def told(client, path="a.py"):
    found = await client.wait_for(PUBLISH, lambda params: params["uri"].endswith(f"/{path}"))
    return found["diagnostics"]


async def actions(client, uri, line, only=None):
    place = {"line": line, "character": 0}
    context = {"diagnostics": []} | ({} if only is None else {"only": only})
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": context,
    }
    return (await client.request("textDocument/codeAction", params))["result"]


RANGES = {
    "utf-8, columns": ("utf-8", {"column": 9, "end_column": 14}, ((0, 12), (0, 17))),
    "utf-16, columns": ("utf-16", {"column": 9, "end_column": 14}, ((0, 10), (0, 15))),
    "utf-32, columns": ("utf-32", {"column": 9, "end_column": 14}, ((0, 9), (0, 14))),
    "whole line": ("utf-16", {}, ((0, 0), (0, 15))),
    "several lines": ("utf-16", {"end_line": 3}, ((0, 0), (2, 8))),
    "columns of several lines": (
        "utf-16",
        {"end_line": 3, "column": 9, "end_column": 4},
        ((0, 10), (2, 4)),
    ),
    "of the file": ("utf-16", {"is_about_file": True}, ((0, 0), (0, 15))),
    "columns behind the end": ("utf-16", {"column": 90, "end_column": 95}, ((0, 15), (0, 15))),
}


@pytest.mark.parametrize(("encoding", "more", "where"), RANGES.values(), ids=RANGES.keys())
@pytest.mark.parametrize("is_open", [True, False], ids=["open", "not open"])
async def test_places_are_in_the_units_of_the_client(tmp_path, encoding, more, where, is_open):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}, encoding))
        if is_open:
            client.open(f"file://{bench.root}/a.py", TEXT)
            await client.request("agentx/approval/list")
        await show(bench, finding(**more))
        (one,) = await told(client)
        found = [(p["line"], p["character"]) for p in (one["range"]["start"], one["range"]["end"])]
        assert found == [*where]
        await client.close()


FIELDS = ("codeDescription", "tags", "relatedInformation")
KNOWS = {
    "all": (
        {
            "codeDescriptionSupport": True,
            "tagSupport": {"valueSet": [1]},
            "relatedInformation": True,
        },
        {"codeDescription": {"href": "https://x.example/E1"}, "tags": [1]},
    ),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize(("known", "expected"), KNOWS.values(), ids=KNOWS.keys())
async def test_a_client_is_sent_what_it_knows(tmp_path, known, expected):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities(known))
        related = (Related("b.py", 4, "there"),)
        await show(
            bench,
            finding(rule="ruff/E1", reviewer="linter", advice="See https://x.example/E1"),
            finding(2, "commented-out-code", related=related),
        )
        first, second = await told(client)
        assert first["message"] == "why\nSee https://x.example/E1"
        assert first["source"] == "agentx review"
        assert first["code"] == "ruff/E1"
        assert first["data"] == {"fingerprint": "1" * 16, "rule": "ruff/E1"}
        assert {
            k: v for one in (first, second) for k, v in one.items() if k in FIELDS[:2]
        } == expected
        assert ("relatedInformation" in second) is bool(expected)
        await client.close()


async def test_a_client_that_comes_later_is_told_what_was_found(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        await show(bench, finding())
        client = await bench.client(capabilities=capabilities({}))
        client.send("initialized", {})
        assert [one["code"] for one in await told(client)] == ["r"]
        await client.close()


async def test_severities_and_a_client_without_diagnostics(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        deaf = await bench.client(capabilities=capabilities(None))
        found = [
            Finding(rule="r", severity=s, path="a.py", line=0, message=s.value) for s in Severity
        ]
        await show(bench, *found)
        assert {d["message"]: d["severity"] for d in await told(client)} == {
            "error": 1, "warning": 2, "note": 3,
        }  # fmt: skip
        await deaf.request("agentx/approval/list")
        assert not [m for m in deaf.seen if m.get("method") == PUBLISH]
        for each in (client, deaf):
            await each.close()


async def test_hunks_and_findings_of_a_file_are_one_message(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        await bench.propose("p1", **{"a.py": (TEXT.encode(), TEXT.replace("2", "3").encode())})
        assert {d["source"] for d in await told(client)} == {"agentx"}
        await show(bench, finding())
        assert {d["source"] for d in await told(client)} == {"agentx", "agentx review"}
        await client.request("agentx/hunk/reject", {"ids": ["p1"]})
        seen = [m["params"] for m in client.seen if m.get("method") == PUBLISH]
        last = seen[-1]["diagnostics"] if seen else await told(client)
        assert {d["source"] for d in last} == {"agentx review"}
        await show(bench)
        assert await told(client) == []
        await client.close()


async def test_what_is_typed_moves_findings_and_what_is_typed_over_takes_them(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        uri = f"file://{bench.root}/a.py"
        client.open(uri, TEXT)
        await client.request("agentx/approval/list")
        await show(bench, finding(0), finding(2, name="2"))
        await told(client)
        client.type(uri, "new\n" + TEXT, 2)
        assert [d["range"]["start"]["line"] for d in await told(client)] == [1, 3]
        client.type(uri, "new\n" + TEXT.replace("last", "least"), 3)
        assert [d["range"]["start"]["line"] for d in await told(client)] == [1]
        await client.close()


MARKED = "\ufeff" + TEXT


@pytest.mark.parametrize(
    ("on_disk", "shown"),
    [(MARKED.encode(), TEXT), (b"caf\xe9 = 1\n\nlast = 2\n", "café = 1\n\nlast = 2\n")],
    ids=["byte-order mark", "Latin-1"],
)
async def test_bytes_that_editors_show_otherwise_are_no_edits(tmp_path, on_disk, shown):
    async with edge(tmp_path, {"a.py": on_disk}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        client.open(f"file://{bench.root}/a.py", shown)
        await client.request("agentx/approval/list")
        await show(bench, finding(0), finding(2, name="2"))
        assert len(await told(client)) == 2
        await client.close()


MEND = Fix("put 3", (Replacement(2, 3, "last = 3\n"),))


async def test_a_fix_is_an_edit_of_the_text_as_it_is_now(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        uri = f"file://{bench.root}/a.py"
        client.open(uri, "new\r\n" + TEXT.replace("\n", "\r\n"), 7)
        await client.request("agentx/approval/list")
        bench.disk.files["a.py"] = TEXT.replace("\n", "\r\n").encode()
        await show(bench, finding(2, fix=MEND))
        await told(client)
        found = await actions(client, uri, 3)
        fix = next(one for one in found if one.get("isPreferred"))
        assert fix["title"] == "AgentX: put 3"
        assert fix["edit"]["documentChanges"] == [
            {
                "textDocument": {"uri": uri, "version": 7},
                "edits": [
                    {
                        "range": {
                            "start": {"line": 3, "character": 0},
                            "end": {"line": 4, "character": 0},
                        },
                        "newText": "last = 3\r\n",
                    }
                ],
            }
        ]
        assert fix["diagnostics"][0]["range"]["start"]["line"] == 3
        assert await actions(client, uri, 0) == []
        await client.close()


async def test_a_client_without_versioned_edits_gets_plain_ones(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}, workspace={"applyEdit": True}))
        uri = f"file://{bench.root}/a.py"
        client.open(uri, TEXT)
        await client.request("agentx/approval/list")
        await show(bench, finding(2, fix=MEND))
        fix = next(one for one in await actions(client, uri, 2) if one.get("isPreferred"))
        assert list(fix["edit"]["changes"]) == [uri]
        await client.close()


KINDS = {
    "all": (None, {"quickfix", "source.fixAll.agentx"}),
    "quickfix": (["quickfix"], {"quickfix"}),
    "source": (["source"], {"source.fixAll.agentx"}),
    "fix all": (["source.fixAll"], {"source.fixAll.agentx"}),
    "others": (["refactor"], set()),
}


@pytest.mark.parametrize(("only", "kinds"), KINDS.values(), ids=KINDS.keys())
async def test_only_wanted_kinds_are_offered(tmp_path, only, kinds):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        uri = f"file://{bench.root}/a.py"
        client.open(uri, TEXT)
        await client.request("agentx/approval/list")
        await show(bench, finding(2, fix=MEND), finding(2, name="2", fix=MEND))
        found = await actions(client, uri, 2, only)
        assert {one["kind"] for one in found} == kinds
        all_at_once = [one for one in found if one["kind"] == "source.fixAll.agentx"]
        assert [one["title"][-3:] for one in all_at_once] == (["(1)"] if all_at_once else [])
        await client.close()


@pytest.mark.parametrize("text", ["if x:\n    last = 2\n", "if x:\r\n    last = 2\r\n"])
async def test_a_remark_is_put_above_with_the_indentation_of_the_line(tmp_path, text):
    async with edge(tmp_path, {"a.py": text.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        uri = f"file://{bench.root}/a.py"
        client.open(uri, text)
        await client.request("agentx/approval/list")
        await show(bench, finding(1, "data-loss"))
        found = next(one for one in await actions(client, uri, 1) if "ignore" in one["title"])
        (edit,) = found["edit"]["documentChanges"][0]["edits"]
        ending = "\r\n" if "\r" in text else "\n"
        assert edit["newText"] == f"    # agentx: ignore[data-loss] reason{ending}"
        assert edit["range"]["start"] == edit["range"]["end"] == {"line": 1, "character": 0}
        await client.close()


LANGUAGES = [
    ("a.py", ""), ("Makefile", ""), ("a.ts", ""), ("a.sql", ""), ("a.html", ""), ("a.css", ""),
    ("a.vim", ""), ("a.tex", ""), ("a.lisp", ""), ("Dockerfile.dev", ""), ("noname", "python"),
    ("a.unheard", "typescriptreact"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "language"), LANGUAGES)
def test_a_remark_in_the_comment_of_every_language_counts(path, language):
    before, behind = comment_marks(path, language)
    (found,) = remarks(f"{before}agentx: ignore[secret] reason{behind}\ncode\n".encode())
    assert found.counts
    assert (found.rules, found.reason, found.target) == (("secret",), "reason", 1)


@pytest.mark.parametrize(("path", "language"), [("a.json", "json"), ("a.txt", ""), ("a.lock", "")])
def test_where_no_comment_is_known_none_is_offered(path, language):
    assert comment_marks(path, language) is None


async def test_commands_refuse_what_makes_no_sense(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        await show(bench, finding())
        for command, arguments in (
            ("agentx.review.answer", []),
            ("agentx.review.answer", ["1" * 16, "accepted"]),
            ("agentx.review.explain", [5]),
        ):
            params = {"command": command, "arguments": arguments}
            answer = await client.request("workspace/executeCommand", params)
            assert answer["error"]["data"]["code"] == "invalid_request"
        await client.close()


async def test_a_rule_of_somebody_else_is_explained_by_its_finding(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        await show(bench, finding(rule="ruff/E1", advice="do this"))
        params = {"command": "agentx.review.explain", "arguments": ["ruff/E1", "1" * 16]}
        answer = await client.request("workspace/executeCommand", params)
        assert answer["result"] == "# ruff/E1\n\nwhy\n\ndo this\n"
        await client.close()


async def test_a_review_is_asked_for_on_the_wire(tmp_path):
    async with edge(tmp_path, {"a.py": TEXT.encode()}) as bench:
        client = await bench.client(capabilities=capabilities({}))
        await show(bench, finding(2, fix=MEND))
        params = {"what": {"kind": "staged", "value": ""}, "minSeverity": "note"}
        result = (await client.request("agentx/review/run", params))["result"]
        assert result["findings"][0]["fix"]["replacements"][0]["text"] == "last = 3\n"
        assert result["isComplete"] is True
        bad = await client.request("agentx/review/run", {"minSeverity": "fatal"})
        assert bad["error"]["data"]["code"] == "invalid_request"
        await client.close()
