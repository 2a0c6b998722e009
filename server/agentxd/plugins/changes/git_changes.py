"""What changed, as git knows it: between commits, in the index, in the work tree, in a push."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from agentxd.kernel.errors import StateError
from agentxd.kernel.review import Change
from agentxd.plugins.changes import ranges
from agentxd.plugins.changes.assembling import files_of
from agentxd.plugins.changes.git_diffing import between, to_index
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.ranges import Ends


class GitChanges:
    """Loads changes of one folder's repository. Blocks; git is asked anew at each call."""

    def __init__(self, root: str, environment: Mapping[str, str] | None = None) -> None:
        """Raises WorkspaceRefusedError where there is no repository, or no git."""
        self._git = Git(root, environment)

    @property
    def git_dir(self) -> str:
        """Git's own folder for this work tree."""
        return self._git.git_dir

    def of_range(self, text: str) -> Change:
        """Of `A..B`, `A...B` or one commit (what it did).

        Raises NotFoundError, InvalidRequestError, StateError, WorkspaceRefusedError.
        """
        return self._committed(ranges.ends_of(self._git, text), text.strip())

    def staged(self) -> Change:
        """What a commit would take up: the index against HEAD."""
        self._need_work_tree()
        head = ranges.current(self._git)
        found = to_index(self._git, head or self._git.empty_tree)
        entries = [entry for entry in found if entry.status != "U"]
        return Change(files=files_of(self._git, entries), title="staged", base=head)

    def working(self) -> Change:
        """The index, the work tree and untracked files that are not ignored, against HEAD."""
        self._need_work_tree()
        return self._uncommitted(ranges.current(self._git), "working tree", has_untracked=True)

    def since(self, base: str) -> Change:
        """As a pull request to `base` shows it: since they parted, tracked files on disk included.

        Raises NotFoundError, StateError, WorkspaceRefusedError.
        """
        start, head = ranges.target(self._git, base), ranges.commits(self._git, "HEAD")[0]
        ends = Ends(ranges.merge_base(self._git, start, head), head)
        title = f"{base}...HEAD"
        from agentxd.plugins.changes import work_tree  # noqa: PLC0415  # a push needs none of it

        if not self._git.has_work_tree or not work_tree.is_touched(self._git, head):
            return self._committed(ends, title)
        change = self._uncommitted(ends.base, title, has_untracked=False)
        return replace(change, messages=ranges.messages(self._git, ends))

    def unpushed(self) -> Change:
        """All that the remote has not got: commits, what is not committed, and untracked files.

        The remote is the branch's own one, else `origin`; where there is none, `working`.
        Raises StateError, WorkspaceRefusedError.
        """
        self._need_work_tree()
        name, start = ranges.published(self._git)
        head = ranges.current(self._git)
        if not start or not head:
            return self.working()
        ends = Ends(ranges.merge_base(self._git, start, head), head)
        change = self._uncommitted(ends.base, f"not pushed to {name}", has_untracked=True)
        return replace(change, messages=ranges.messages(self._git, ends))

    def everything(self) -> Change:
        """All files as they are, as if all of them were new."""
        self._need_work_tree()
        return self._uncommitted("", "all files", has_untracked=True)

    def pushed(self, ref_lines: bytes | str, remote: str = "") -> list[Change]:
        """Of a push, by the lines that git gives its pre-push hook: one for each ref with news.

        What the remote is known to have is none, nor is what an earlier line has already told.
        Raises InvalidRequestError for other lines.
        """
        from agentxd.plugins.changes import pushes  # noqa: PLC0415  # only here

        found = pushes.parts(self._git, pushes.parse(ref_lines), remote)
        return [self._committed(part.ends, part.title, part.others) for part in found]

    def _committed(self, ends: Ends, title: str, others: Sequence[str] = ()) -> Change:
        """`others` are more commits that it grew from: what a file has from one is no change."""
        entries = between(self._git, ends.base or self._git.empty_tree, ends.head)
        for other in others if entries else ():
            changed = {entry.path for entry in between(self._git, other, ends.head)}
            entries = [entry for entry in entries if entry.path in changed]
        return Change(
            files=files_of(self._git, entries),
            title=title,
            base=ends.base,
            head=ends.head,
            messages=ranges.messages(self._git, ends),
        )

    def _uncommitted(self, base: str, title: str, *, has_untracked: bool) -> Change:
        from agentxd.plugins.changes import work_tree  # noqa: PLC0415  # a push needs none of it

        entries, disk = work_tree.differences(
            self._git, base or self._git.empty_tree, has_untracked=has_untracked
        )
        return Change(files=files_of(self._git, entries, disk), title=title, base=base)

    def _need_work_tree(self) -> None:
        if not self._git.has_work_tree:
            raise StateError("this repository has no work tree", "Name a range: A..B")
