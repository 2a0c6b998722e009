"""Which files hold secrets by their name: one table, pure."""

import re
from fnmatch import translate

SECRET_NAMES = (
    ".env", ".env.*", "*.env", ".envrc", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore",
    "*.kdbx", "*.ppk", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".npmrc", ".yarnrc.yml",
    ".pypirc", ".netrc", "_netrc", ".git-credentials", ".pgpass", ".my.cnf", ".htpasswd",
    "credentials", "credentials*.json", "credentials.toml", "client_secret*.json",
    "service-account*.json", "service_account*.json", "*.tfstate", "*.tfstate.*", "*.tfvars",
    ".dockercfg", ".vault-token", "secrets.yml", "secrets.yaml", "secrets.json", "secrets.toml",
)  # fmt: skip
"""Patterns of file names, in lower case."""
SECRET_FOLDERS = frozenset({".aws", ".ssh", ".gnupg", ".azure", ".kube", ".docker", ".gcloud"})
EXAMPLE_ENDINGS = (".example", ".sample", ".template", ".dist", ".pub", ".md", ".py", ".rst")
"""A name that ends so shows how a secret file looks, and holds none."""

_SECRET = re.compile("|".join(translate(pattern) for pattern in SECRET_NAMES))


def is_secret_file(path: str) -> bool:
    """Whether a relative path (forward slashes) names a file that must not be read."""
    *folders, name = path.lower().split("/")
    if not SECRET_FOLDERS.isdisjoint(folders):
        return True
    return not name.endswith(EXAMPLE_ENDINGS) and _SECRET.match(name) is not None
