"""Search, review, log, status line, health and help in a real Neovim."""

import re

import pytest
from conversations import call
from editors.neovim.driving import PLUGIN, replacing, write_script
from editors.neovim.lists import begin, go_to, until_shown, until_task

QUICKFIX = "vim.fn.getqflist({ title = 0, items = 0 })"
RISKY = 'import subprocess\n\nsubprocess.run(f"ls {input()}", shell=True)\n'


def until_ready(editor):
    editor.until(
        lambda: editor.request("agentx/index/status", {})["state"] == "ready", "no index is ready"
    )


def test_search_fills_the_quickfix_list_with_places_to_go_to(editor):
    editor.edit("README.md")
    until_ready(editor)
    editor.agentx("search rate of a zone")
    editor.until_lua("vim.bo.buftype == 'quickfix'")
    found = editor.value(QUICKFIX)
    assert found["title"] == "AgentX search: rate of a zone"
    assert any("base_rate" in item["text"] for item in found["items"])
    editor.nvim.command("cfirst")
    assert editor.value("vim.fn.expand('%:.')").startswith("parcel/")


def test_search_into_the_location_list_or_by_choosing_one(editor):
    editor.edit("README.md")
    until_ready(editor)
    editor.agentx("search -l base_rate")
    editor.until_lua("#vim.fn.getloclist(0) > 0")
    editor.nvim.command("wincmd p")
    editor.lua("_G.answer = 1")
    editor.agentx("search -s base_rate")
    editor.until_lua("vim.fn.expand('%:e') == 'py'")
    assert "base_rate" in editor.value("vim.api.nvim_get_current_line()")
    editor.agentx("search zqxjkvwpt")
    editor.lua("vim.cmd.enew()")
    editor.agentx("search")
    editor.was_told("what for?")


def test_review_shows_findings_and_answers_them_where_they_stand(editor, file, workspace):
    path = file(RISKY, "risky.py")
    editor.edit(path)
    editor.agentx("review")
    editor.until_lua("vim.bo.buftype == 'quickfix'")
    (item,) = [one for one in editor.value(QUICKFIX)["items"] if "dangerous-call" in one["text"]]
    assert item["lnum"] == 3
    editor.was_told("review of ")
    editor.until_lua(
        "#vim.tbl_filter(function(d) return d.source == 'agentx review' end, vim.diagnostic.get()) > 0"
    )
    editor.agentx("review explain")
    editor.until_lua("vim.api.nvim_win_get_config(0).relative ~= ''")
    assert "dangerous-call" in "\n".join(editor.lines())
    editor.type("q")
    editor.until_lua("vim.bo.buftype == 'quickfix'")
    assert not any("LSP[agentxd]" in one["text"] for one in editor.told())
    editor.agentx("review answer accepted it is only a test")
    editor.was_told("answered")
    answers = (workspace.root / ".agent" / "review-answers.toml").read_text()
    assert "it is only a test" in answers
    editor.agentx("review nonsense")
    editor.was_told("there is no review of")


@pytest.mark.real
def test_a_finding_is_mended_as_a_proposal(editor, file):
    path = file("def f():\n    breakpoint()\n    return 1\n", "left.py")
    editor.edit(path)
    editor.agentx("review")
    editor.until_lua("vim.bo.buftype == 'quickfix'")
    editor.lua("vim.cmd.cclose()")
    editor.nvim.command(f"buffer {path} | 2")
    editor.until_lua("#vim.diagnostic.get(0) > 0")
    editor.agentx("review fix")
    until_shown(editor, "proposals", path)


@pytest.mark.real
def test_the_log_is_live_and_shows_all_of_a_record(editor, file, workspace):
    path = file("one\n")
    editor.edit(path)
    editor.agentx("log")
    until_shown(editor, "log", "DaemonStarted")
    (hunk,) = editor.propose(*replacing(path, [("one\n", "two\n")]))["hunks"]
    workspace.cli("reject", hunk["id"])
    line = until_shown(editor, "log", "HunkRejected", hunk["id"])
    assert re.match(r" *\d+  \d\d:\d\d:\d\d  HunkRejected +" + hunk["id"], line)
    go_to(editor, "log", "HunkRejected", hunk["id"])
    editor.type("<CR>")
    editor.until_lua("vim.api.nvim_win_get_config(0).relative ~= ''")
    assert 'hunk = "' + hunk["id"] in "\n".join(editor.lines())


@pytest.mark.real
def test_the_status_line_is_kept_until_something_changes(open_neovim, workspace, file):
    editor = open_neovim(setup='{ run = { open = "none" } }')
    text = "require('agentxd.statusline').text()"
    editor.edit(file("one\n"))
    editor.until_lua(f"vim.startswith({text}, 'AgentX ●')")
    steps = call("run", command="sleep 3"), call("write", path="S.md", content="x\n")
    task = begin(editor, write_script(workspace, *steps), "status")
    editor.until_lua(f"{text}:find('1 at work', 1, true) ~= nil")
    until_task(editor, task, "completed")
    editor.until_lua(f"{text}:find('%d hunk') ~= nil")
    micros = editor.lua(
        f"""local begin = vim.uv.hrtime()
            for _ = 1, 1000 do {text} end
            return (vim.uv.hrtime() - begin) / 1e6"""
    )
    print(f"the text of the status line takes {micros:.1f} µs")


def test_a_status_line_loads_nothing_before_the_plugin_is_set_up(open_neovim):
    editor = open_neovim(setup="")
    assert editor.value("require('agentxd.statusline').text()") == ""
    assert editor.value("package.loaded['agentxd.client'] == nil")


def test_checkhealth_tells_what_is_there(editor):
    editor.edit("README.md")
    editor.nvim.command("checkhealth agentxd")
    editor.until_lua("vim.bo.filetype == 'checkhealth'")
    text = "\n".join(editor.lines())
    for piece in ("OK Neovim 0.", "found: ", "protocol 1.", "serves ", "event log: "):
        assert piece in text, text
    assert "ERROR" not in text


def test_checkhealth_says_what_is_missing(open_neovim):
    editor = open_neovim(setup='{ cmd = "/nowhere/agentxd" }')
    editor.nvim.command("edit README.md")
    editor.nvim.command("checkhealth agentxd")
    assert "/nowhere/agentxd, which is no program" in "\n".join(editor.lines())


def test_the_help_has_tags_without_errors_and_names_every_subcommand_and_option(
    open_neovim, tmp_path
):
    editor = open_neovim(setup="")
    text = (PLUGIN / "doc" / "agentxd.txt").read_text()
    (tmp_path / "doc").mkdir()
    (tmp_path / "doc" / "agentxd.txt").write_text(text)
    editor.nvim.command(f"helptags {tmp_path}/doc")
    tags = {line.split("\t")[0] for line in (tmp_path / "doc" / "tags").read_text().splitlines()}
    assert {
        f":AgentX-{name}" for name in editor.value("require('agentxd.commands').names()")
    } <= tags
    assert set(re.findall(r"\|(agentxd-[\w-]+|:AgentX-\w+)\|", text)) <= tags
    editor.lua("require('agentxd').setup({})")
    options = editor.value("vim.tbl_keys(require('agentxd.config').defaults)")
    assert [name for name in options if f"    {name} = " not in text] == []
    assert all(len(line) <= 80 for line in text.splitlines())


def test_every_key_of_every_list_is_in_the_help(editor):
    editor.edit("README.md")
    text = (PLUGIN / "doc" / "agentxd.txt").read_text()
    for words, kind in (("tasks", "tasks"), ("proposals", "proposals"), ("log", "log")):
        editor.agentx(words)
        editor.until_lua("vim.bo.filetype == ...", f"agentx-{kind}")
        keys = editor.lua(
            """return vim.tbl_map(function(map) return map.lhs end,
                 vim.tbl_filter(function(map) return vim.startswith(map.desc or '', 'AgentX: ') end,
                   vim.api.nvim_buf_get_keymap(0, 'n')))"""
        )
        section = text.split(f"*agentxd-{kind}*")[1].split("*agentxd-")[0]
        missing = [key for key in keys if f"  {key} " not in section + " " and key != "g?"]
        assert missing == [key for key in missing if f"  {key}" in section], (kind, missing)
