"""What the embedder must never see: the projects that it is measured on, and their copies."""

import re
from pathlib import PurePosixPath

EVALUATION = frozenset(
    (
        "django",
        "flask",
        "requests",
        "httpx",
        "scrapy",
        "sqlalchemy",
        "pandas",
        "rich",
        "textual",
        "poetry",
        "express",
        "hono",
        "vue",
        "vuejs",
        "typeorm",
        "zod",
        "prettier",
        "gin",
        "caddy",
        "caddyserver",
        "cobra",
        "hugo",
        "gohugoio",
        "etcd",
        "ripgrep",
        "tokio",
        "serde",
        "axum",
        "clap",
        "redis",
        "curl",
        "jq",
        "fastlane",
        "laravel",
        "illuminate",
        "symfony",
        # Parts of them and works made from them that are published under other names.
        "globset",
        "grep",
        "ignore",
        "quart",
        "structopt",
    )
)
"""Projects for the published figures: never trained on, never tuned on."""

CHOOSING = frozenset(
    (
        "aiohttp",
        "babel",
        "cargo",
        "echo",
        "fastify",
        "hyper",
        "labstack",
        "mobx",
        "prometheus",
        "pytest",
    )
)
"""Projects by which one experiment is preferred to another: never trained on."""

COPIES = frozenset(
    (
        "_vendor",
        "vendor",
        "vendored",
        "third_party",
        "thirdparty",
        "node_modules",
        "bundled",
        "extern",
        "externals",
    )
)
"""Folders in which packages carry other packages."""

_WORD = re.compile(r"[a-z0-9]+")


def refused(name: str) -> str:
    """The reserved project that a package's name or a path inside it speaks of, or nothing.

    Whole words count, so that `python3-django-filters` and `pip/_vendor/rich` are refused and
    `enrich` is not. It refuses a little too much on purpose.
    """
    words = [word for part in PurePosixPath(name.lower()).parts for word in _words(part)]
    return next((word for word in words if word in EVALUATION or word in CHOOSING), "")


def is_copy(path: str) -> bool:
    """Whether a path lies in a folder for other people's packages."""
    return any(part.lower() in COPIES for part in PurePosixPath(path).parts[:-1])


def _words(part: str) -> list[str]:
    stem = part.rsplit(".", 1)[0] if "." in part else part
    words = _WORD.findall(stem)
    return [*words, *(word.rstrip("0123456789") for word in words)]
