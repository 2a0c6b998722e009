"""Where keys come from: the environment, a file for its owner alone, the keyring if it is there."""

import importlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from agentxd.kernel.errors import ProviderError
from agentxd.plugins.providers.vendors import Vendor


def find_key(vendor: Vendor, environment: Mapping[str, str]) -> str:
    """The key, empty where there is none. Raises ProviderError for a file that others can read."""
    for variable in vendor.key_variables:
        if key := environment.get(variable, "").strip():
            return key
    return _of_file(vendor, key_file(environment)) or _of_keyring(vendor)


def key_source(vendor: Vendor, environment: Mapping[str, str]) -> str:
    """Where `find_key` finds the key: a variable, a file, the keyring; empty where nowhere.

    Raises ProviderError for a file that others can read.
    """
    for variable in vendor.key_variables:
        if environment.get(variable, "").strip():
            return variable
    if _of_file(vendor, key_file(environment)):
        return str(key_file(environment))
    return "keyring" if _of_keyring(vendor) else ""


def no_key(vendor: Vendor, environment: Mapping[str, str]) -> ProviderError:
    """What is told where a key is needed and there is none."""
    variables = ""
    if vendor.key_variables:
        variables = (
            f", or set {vendor.key_variables[0]} and run `agentxd stop`, so that the daemon starts"
            " with it"
        )
    return ProviderError(
        f"There is no key for {vendor.name}.",
        f"agentxd key set {vendor.name} (it goes into {key_file(environment)}){variables}",
        kind="key",
    )


def key_file(environment: Mapping[str, str]) -> Path:
    """The file of keys: a JSON object of vendor to key."""
    home = environment.get("XDG_CONFIG_HOME") or environment.get("HOME", "") + "/.config"
    return Path(home) / "agentxd" / "keys.json"


def has_key_at_hand(vendor: Vendor, environment: Mapping[str, str]) -> bool:
    """Whether the environment or the file holds one; looks neither into the keyring nor deep."""
    if any(environment.get(variable, "").strip() for variable in vendor.key_variables):
        return True
    try:
        return bool(_of_file(vendor, key_file(environment)))
    except ProviderError:
        return True  # it is there; what is wrong with it is told when it is used


def _of_file(vendor: Vendor, path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            keys = json.load(file)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise ProviderError(
            f"The keys in {path} cannot be read: {type(error).__name__}",
            f'write it as {{"{vendor.name}": "KEY"}}, for yourself alone (chmod 600)',
            kind="key",
        ) from None
    key = keys.get(vendor.name, "") if isinstance(keys, dict) else ""
    if key and (stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid != os.getuid()):
        raise ProviderError(
            f"Others can read the keys in {path}.", f"do this: chmod 600 {path}", kind="key"
        )
    return str(key).strip()


def _of_keyring(vendor: Vendor) -> str:
    """The keyring's, under the service `agentxd` and the vendor's name."""
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return ""
    try:
        return str(keyring.get_password("agentxd", vendor.name) or "")
    except keyring.errors.KeyringError:
        return ""
