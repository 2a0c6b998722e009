"""Documentation is executed: links resolve, methods and settings are there, nothing is private."""

import re
import tomllib
from pathlib import Path

import pytest
from agentxd_protocol.methods import METHODS
from agentxd_protocol.setting import Settings
from tidy.sources import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(text: str) -> set[str]:
    """What GitHub makes of the headings."""
    heads = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_resolve(page: Path) -> None:
    text = page.read_text()
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text()), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_home_folder(page: Path) -> None:
    assert re.findall(r"/(?:home|Users|root)/\w+", page.read_text()) == []


def test_every_method_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/protocol.md").read_text()
    assert [method.name for method in METHODS if f"`{method.name}`" not in page] == []


def test_every_setting_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    assert [key for key in Settings.model_fields if f"`{key}`" not in page] == []


def test_the_version_is_told_once_and_the_same() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    module = (ROOT / "server/agentxd/__init__.py").read_text()
    assert f'"{version}"' in module
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
