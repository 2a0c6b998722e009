"""What tests of reviews are made of: changes from texts, a tree in memory, one rule's findings."""

import difflib
import re

from agentxd.kernel.index import Use
from agentxd.kernel.review import Change, ChangedFile, Scope, Span
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.review.gathering import Standing
from agentxd.review.scoping import concerns

FILE, EXECUTABLE = 0o100644, 0o100755


class MemoryTree:
    """A Tree of contents by path."""

    def __init__(self, files):
        self.files = files

    def paths(self):
        return sorted(self.files)

    def read(self, path):
        return self.files.get(path)

    def uses(self, name, near, limit=50):
        del near
        found = []
        for path in self.paths():
            for number, line in enumerate(self.files[path].decode("utf-8", "replace").split("\n")):
                found += [
                    Use(path, number, match.start(), line)
                    for match in re.finditer(rf"\b{re.escape(name)}\b", line)
                ]
        return found[:limit]


def spans_of(old, new):
    """Changed lines as git tells them without context."""
    before = (old or b"").splitlines(keepends=True)
    after = (new or b"").splitlines(keepends=True)
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple(Span(a, b - a, c, d - c) for kind, a, b, c, d in codes if kind != "equal")


def changed(path, old, new, *, mode=FILE, old_mode=FILE):
    """A file that was `old` and is `new`, None for none."""
    is_binary = b"\0" in (old or b"") or b"\0" in (new or b"")
    return ChangedFile(
        path=path,
        old=old,
        new=new,
        old_mode=old_mode if old is not None else 0,
        new_mode=mode if new is not None else 0,
        old_size=len(old or b""),
        new_size=len(new or b""),
        spans=() if is_binary else spans_of(old, new),
        is_binary=is_binary,
    )


def ground_of(example, new=None):
    """What a rule is given for one of its examples; `new` in the place of its text after."""
    text = (example.new if new is None else new).encode("utf-8", "surrogateescape")
    old = None if example.old is None else example.old.encode("utf-8", "surrogateescape")
    mode = EXECUTABLE if example.is_executable else FILE
    tree = {path: content.encode() for path, content in example.others}
    file = changed(example.path, old, text, mode=mode)
    return Standing(Change(files=(file,)), ReviewSyntax(), MemoryTree({**tree, example.path: text}))


def findings_of(rule, ground):
    """Those that concern the change."""
    if hasattr(rule, "look_at_all"):
        found = list(rule.look_at_all(ground))
    else:
        found = [one for file in ground.change.files for one in rule.look(file, ground)]
    files = {file.path: file for file in ground.change.files}
    return [one for one in found if concerns(one, files.get(one.path), Scope.ADDED)]
