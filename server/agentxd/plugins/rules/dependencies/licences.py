"""What a licence asks for, as far as its name or its first words tell."""

import json
import re

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.dependencies.npm import licence_of
from agentxd.plugins.rules.dependencies.values import Dependency, Manifest, items, table, text_of

_COPYLEFT = Lazy(r"(?i)(?<![A-Z])(?:A?GPL|SSPL)|GNU (?:Affero )?General Public|Server Side Public")
_WEAK = Lazy(r"(?i)LGPL|Lesser|Library General|exception")
_PERMISSIVE = Lazy(
    r"(?i)\b(?:MIT|Apache|BSD|ISC|Unlicense|0BSD|Zlib|BSL-1\.0|CC0|PSF|Python-2)"
    r"|Permission is hereby granted, free of charge|Redistribution and use in source and binary"
)
_FILES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING", "LICENSE-MIT")


def is_copyleft(licence: str) -> bool:
    """Whether every way to use it asks for the same licence in return; a weak one does not."""
    parts = re.split(r"(?i)\s+OR\s+|\s*/\s*|\s*\|\s*", licence.strip("() "))
    return bool(licence) and all(
        _COPYLEFT.search(part) is not None and not _WEAK.search(part) for part in parts
    )


def is_permissive(licence: str) -> bool:
    """Whether it lets others take the code into what they like."""
    return not is_copyleft(licence) and _PERMISSIVE.search(licence) is not None


def of_project(manifest: Manifest, ground: Ground) -> str:
    """What the manifest says, else the file at the top of the checkout; empty for nothing."""
    if manifest.licence:
        return manifest.licence
    for name in _FILES:
        content = ground.tree.read(name)
        if content is not None:
            return _named(content[:1500].decode("utf-8", "replace"))
    return ""


def _named(text: str) -> str:
    """A short name for the text of a licence."""
    for pattern, name in (
        (r"GNU AFFERO", "AGPL"),
        (r"GNU LESSER", "LGPL"),
        (r"GNU GENERAL PUBLIC", "GPL"),
        (r"Apache License", "Apache-2.0"),
        (r"Redistribution and use in source and binary", "BSD"),
        (r"Permission is hereby granted, free of charge", "MIT"),
        (r"Permission to use, copy, modify, and/or distribute", "ISC"),
    ):
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return ""


def of_installed(one: Dependency, ecosystem: str, folder: str, ground: Ground) -> str:
    """What a copy of the package in the tree says; empty where there is none."""
    start = f"{folder}/" if folder else ""
    if ecosystem == "npm":
        data = _json(ground.tree.read(f"{start}node_modules/{one.name}/package.json"))
        return licence_of(data)
    if ecosystem == "packagist":
        found = _json(ground.tree.read(f"{start}vendor/{one.name}/composer.json")).get("license")
        return text_of(found) or " OR ".join(map(text_of, items(found)))
    if ecosystem == "crates":
        manifest = ground.tree.read(f"{start}vendor/{one.name}/Cargo.toml") or b""
        licence = re.search(rb'(?m)^license\s*=\s*"([^"\n]+)"', manifest)
        return licence[1].decode("utf-8", "replace") if licence else ""
    if ecosystem == "go":
        text = ground.tree.read(f"{start}vendor/{one.name}/LICENSE") or b""
        return _named(text[:1500].decode("utf-8", "replace"))
    return _of_metadata(one, ground) if ecosystem == "pypi" else ""


def _of_metadata(one: Dependency, ground: Ground) -> str:
    name = one.name.replace("-", "[-_.]")
    pattern = re.compile(rf"(?i)site-packages/{name}-[^/]+\.dist-info/METADATA$")
    path = next((path for path in ground.tree.paths() if pattern.search(path)), None)
    text = (ground.tree.read(path) or b"").decode("utf-8", "replace") if path else ""
    found = re.search(r"(?m)^License(?:-Expression)?: (.{1,60})$", text)
    classified = re.search(r"(?m)^Classifier: License :: (?:OSI Approved :: )?(.{1,80})$", text)
    return found[1] if found else classified[1] if classified else ""


def _json(content: bytes | None) -> dict[str, object]:
    try:
        return table(json.loads(content or b"{}"))
    except (ValueError, RecursionError):
        return {}
