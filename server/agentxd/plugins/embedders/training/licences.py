"""Reads Debian's machine-readable copyright files and lets permissive packages pass."""

import re

PERMISSIVE = re.compile(
    r"""(?ix) ^(
        mit(-.*)? | expat | x11 | bsd(-.*)? | .*-?bsd | isc | apache(-.*)? | zlib(-.*)? | psf(-.*)?
      | python(-.*)? | cc0(-.*)? | unlicense | public-domain | 0bsd | bsl-1.* | boost(-.*)?
      | wtfpl | ncsa | zpl(-.*)? | hpnd | postgresql | unicode(-.*)? | blueoak-.* | mit-0
    )$"""
)
_FORMAT = "copyright-format/1.0"
_JOINTS = re.compile(r"\s+(?:and/or|and|or)\s+|\s*[,/|]\s*", re.IGNORECASE)


def permissive(copyright_text: str) -> str:
    """The licences of the upstream files, where all are permissive; else nothing.

    Of a choice (`GPL-2 or MIT`) every member must pass: less is gained than a mistake would cost.
    Stanzas of `debian/*` are the packager's own files, which are not in the package.
    """
    if _FORMAT not in copyright_text.partition("\n\n")[0]:
        return ""
    found: dict[str, None] = {}
    for files, licence in _stanzas(copyright_text):
        if files and not all(pattern.startswith("debian/") for pattern in files.split()):
            found.update(dict.fromkeys(_names(licence)))
    if not found or not all(PERMISSIVE.match(name) for name in found):
        return ""
    return ", ".join(sorted(found))


def _stanzas(text: str) -> list[tuple[str, str]]:
    found = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(
            re.findall(r"^(Files|License):[ \t]*((?:.*)(?:\n[ \t]+.*)*)", stanza, re.MULTILINE)
        )
        licence = fields.get("License", "").partition("\n")[0].strip()
        found.append((fields.get("Files", ""), licence))
    return found


def _names(licence: str) -> list[str]:
    return [name.strip() for name in _JOINTS.split(licence) if name.strip()]
