"""The review reads its settings by itself, to be quick; the daemon's book says the same."""

import json

import pytest
from agentxd.app.review.settings import ReviewSettings, read
from agentxd.app.settings import SettingsBook
from agentxd_protocol.setting import ADDED_UP, USER_ONLY, Settings

NAMES = ReviewSettings.__struct_fields__


def test_defaults_are_those_of_the_settings():
    for name in NAMES:
        ours = getattr(ReviewSettings(), name)
        theirs = Settings.model_fields[name].default
        assert (list(ours) if isinstance(ours, tuple) else ours) == theirs, name


@pytest.mark.parametrize(
    ("scope", "values"),
    [
        ("user", {"review_off": ["secret"], "review_push_seconds": 5}),
        ("project", {"review_off": ["api-broken"], "review_min_severity": "note"}),
        ("local", {"review_seconds": 0, "review_linters": ["eslint"]}),
        ("project", {"review_linters": ["eslint"], "review_linter_commands": {"x": "rm -rf /"}}),
        ("user", {"review_linters": ["eslint"]}),
        ("project", {"provider": "ollama", "unknown": 1}),
        ("project", {"review_push_seconds": "soon"}),
        ("project", {"review_min_severity": "dreadful"}),
    ],
)
def test_the_book_says_the_same(tmp_path, scope, values):
    home, root = tmp_path / "home", tmp_path / "root"
    for folder in (home, root):
        (folder / ".agent").mkdir(parents=True)
    (home / ".agent/settings.json").write_text(json.dumps({"review_off": ["large-file"]}))
    name = {"user": home / ".agent/settings.json", "project": root / ".agent/settings.json"}
    place = name.get(scope, root / ".agent/settings.local.json")
    place.write_text(json.dumps(values))
    ours, warnings = read(str(root), str(home))
    theirs, _, their_warnings = SettingsBook(str(root), str(home)).effective()
    for key in NAMES:
        mine = getattr(ours, key)
        assert (list(mine) if isinstance(mine, tuple) else mine) == getattr(theirs, key), key
    assert bool(warnings) >= bool(set(values) & USER_ONLY and scope != "user")
    assert bool(their_warnings) or not warnings


def test_a_file_that_is_no_json_is_told(tmp_path):
    (tmp_path / ".agent").mkdir()
    (tmp_path / ".agent/settings.json").write_text("{")
    settings, warnings = read(str(tmp_path), str(tmp_path / "nobody"))
    assert settings == ReviewSettings()
    assert "settings.json" in warnings[0]


def test_what_a_repository_may_add_to_is_known_here():
    assert {name for name in ADDED_UP if name.startswith("review_")} == {"review_off"}
