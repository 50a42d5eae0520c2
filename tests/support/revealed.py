"""The clear text of a value that model/secret.py protected. The program itself never asks: secrets are kept, not read."""

from __future__ import annotations

import base64

from model.secret import PROVIDER, Vault


def revealed(vault: Vault, value: str) -> str:
    """Raises Unreadable."""
    start, end = f"[enc:{PROVIDER}:", ":enc]"
    assert value.startswith(start)
    assert value.endswith(end)
    return vault.unseal(base64.b64decode(value[len(start) : -len(end)], validate=True)).decode()
