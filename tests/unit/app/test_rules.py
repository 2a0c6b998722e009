"""A project's rules are read where they are text of a fitting size within it, and nothing else is."""

from pathlib import Path

import pytest
from agentxd.app.rules import project_rules
from agentxd.kernel.errors import StorageError

KEY = "ghp_" + "a1B2c3D4e5" * 4


def linked(root, target):
    (root / "AGENTS.md").symlink_to(target)


def outside(root):
    (root.parent / "outside.md").write_text("from elsewhere")
    linked(root, "../outside.md")


def large(root):
    with (root / "AGENTS.md").open("wb") as file:
        file.truncate(1 << 30)


def secret(root):
    (root / ".env").write_text("KEY=1")
    linked(root, ".env")


BAD = {
    "nothing": lambda root: None,
    "outside": outside,
    "a gigabyte": large,
    "secret": secret,
    "binary": lambda root: (root / "AGENTS.md").write_bytes(b"ELF\0\1"),
    "empty": lambda root: (root / "AGENTS.md").touch(),
    "a folder": lambda root: (root / "AGENTS.md").mkdir(),
    "a circle": lambda root: linked(root, "AGENTS.md"),
    "git's": lambda root: linked(root, ".git/config"),
    "broken": lambda root: (root / "AGENTS.md").write_text("cannot be read"),
}


async def rules_of(root: Path, *, is_broken=False):
    async def look(path):
        if is_broken and path == "AGENTS.md":
            raise StorageError("AGENTS.md cannot be read")
        file = root / path
        assert not file.is_symlink()
        return file.read_bytes() if file.exists() else None

    return await project_rules(str(root), look)


@pytest.mark.parametrize("kind", BAD)
async def test_a_file_that_is_no_rules_is_passed_over_for_the_next(tmp_path, kind):
    root = tmp_path / "w"
    (root / ".git").mkdir(parents=True)
    (root / ".git" / "config").write_text("[core]")
    BAD[kind](root)
    (root / "CLAUDE.md").write_text("be brief")
    assert await rules_of(root, is_broken=kind == "broken") == ("CLAUDE.md", "be brief")


async def test_a_link_within_the_workspace_is_followed(tmp_path):
    (tmp_path / "CLAUDE.md").write_text("be brief")
    linked(tmp_path, "CLAUDE.md")
    assert await rules_of(tmp_path) == ("AGENTS.md", "be brief")


async def test_invariant_13_a_secret_in_the_rules_does_not_go_into_the_prompt(tmp_path):
    (tmp_path / "AGENTS.md").write_text(f"push with {KEY}")
    assert await rules_of(tmp_path) == ("AGENTS.md", "push with [redacted github token]")


async def test_there_may_be_none(tmp_path):
    assert await rules_of(tmp_path) == ("", "")
