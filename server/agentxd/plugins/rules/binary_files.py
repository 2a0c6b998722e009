"""The rule binary-file: build products, and text that nobody can read any more."""

from collections.abc import Iterator

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.paths import is_example, is_foreign, is_test, suffix

_BUILT = frozenset(
    {"pyc", "pyo", "pyd", "class", "o", "obj", "a", "lib", "so", "dll", "dylib", "exe", "elf"}
    | {"pdb", "ilk", "jar", "war", "ear", "whl", "egg", "gem", "nupkg", "deb", "rpm", "dmg", "msi"}
    | {"pkg", "apk", "aab", "ipa", "rlib", "rmeta", "wasm", "node", "beam", "hi", "gch", "pch"}
)
_DATA = frozenset(
    {"zip", "tar", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "iso", "img", "db", "sqlite"}
    | {"sqlite3", "mdb", "dump", "rdb", "pkl", "pickle", "npy", "npz", "h5", "parquet", "pt", "pth"}
    | {"onnx", "safetensors", "ckpt", "swp", "swo", "core", "dmp", "hprof", "prof", "pcap", "bak"}
)
_USUAL = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "icns", "bmp", "svgz", "psd", "xcf", "ai"}
    | {"woff", "woff2", "ttf", "otf", "eot", "pdf", "mp3", "mp4", "webm", "ogg", "wav", "mov"}
    | {"mo", "gmo", "keystore", "tif", "tiff", "hdr", "exr", "glb", "cur", "eps", "m4a", "flac"}
    | {"lockb", "lock", "docx", "xlsx", "pptx", "odt", "ods", "pyx", "der", "cer", "crt", "riv"}
)
_LITTER = Lazy(r"(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|core\.\d+)$")
_WRAPPER = Lazy(r"(?:^|/)(?:gradle-wrapper|maven-wrapper)\.jar$")


class BinaryFiles:
    """Finds what a build or a system left behind, and contents that became unreadable."""

    info = RuleInfo(
        id="binary-file",
        title="binary file that does not belong into a repository",
        severity=Severity.WARNING,
        doc=(
            "A binary file cannot be reviewed, merged or searched. Found as warnings are products "
            "of a build (object files, libraries, `.class`, `.pyc`, packages), what a desktop "
            "leaves behind (`.DS_Store`), and text that a change made unreadable, mostly by "
            "another encoding. Archives, databases and binaries of unknown kind are notes, and so "
            "is all of it where it is material of tests.\n\n"
            "Not found are images, fonts, sound and documents, nor new versions of a binary that "
            "was there before. Ignore what is built, and let the build make it."
        ),
        bad=(
            Example("lib/helper.o", "\x7fELF\x00\x00\x01"),
            Example("app/__pycache__/main.pyc", "\x00\x0d\x0a"),
            Example("notes.txt", "t\x00e\x00x\x00t\x00", old="text\n"),
            Example("cache.sqlite3", "SQLite format 3\x00"),
        ),
        good=(
            Example("assets/logo.png", "PNG\x00"),
            Example("fonts/inter.woff2", "wOF2\x00"),
            Example("gradle/wrapper/gradle-wrapper.jar", "PK\x00"),
            Example("src/text.o.md", "# Object files\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:  # noqa: ARG002  # the port
        """By name, and by what the file was before."""
        if not file.is_binary or (file.new is None and not file.new_size):
            return
        severity, message, advice = _trouble(file)
        if message:
            is_aside = is_test(file.path) or is_example(file.path) or is_foreign(file.path)
            yield Finding(
                rule=self.info.id,
                severity=Severity.NOTE if is_aside else severity,
                path=file.path,
                message=message,
                advice=advice,
                is_about_file=True,
            )


def _trouble(file: ChangedFile) -> tuple[Severity, str, str]:
    ending = suffix(file.path)
    if file.old is not None or file.old_mode or file.old_size:
        return _became(file, ending)
    if _LITTER.search(file.path):
        return Severity.WARNING, "a desktop's own file was added", "Remove it, and ignore it"
    if ending in _BUILT and not _WRAPPER.search(file.path):
        return (
            Severity.WARNING,
            f"a build product (.{ending}) was added",
            "Remove it, ignore it, and let the build make it",
        )
    if ending in _USUAL or _WRAPPER.search(file.path):
        return Severity.NOTE, "", ""
    kind = f"a binary file (.{ending})" if ending in _DATA else "a binary file of unknown kind"
    return Severity.NOTE, f"{kind} was added", "Keep it outside where it can be made or fetched"


def _became(file: ChangedFile, ending: str) -> tuple[Severity, str, str]:
    """A newer version of a binary says nothing; text that is no text any more does."""
    is_text = file.old is not None and bool(file.old) and b"\0" not in file.old[:8_000]
    if not is_text or ending in _USUAL | _BUILT | _DATA or not file.is_whole:
        return Severity.NOTE, "", ""
    return (
        Severity.WARNING,
        "what was text is binary now: it has NUL bytes",
        "Save it as UTF-8, or say what it is in .gitattributes",
    )
