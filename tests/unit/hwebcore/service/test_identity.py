"""Whose account a pool gets: hwebcore/service/identity.py."""

from __future__ import annotations

import os
import pwd

import pytest

from hwebcore.plan import ProcessSettings
from hwebcore.service.failure import WorkerFailed
from hwebcore.service.identity import identity_for, identity_label

OWN = pwd.getpwuid(os.getuid()).pw_name


def test_a_built_in_identity_is_the_services_own_user_and_says_so() -> None:
    identity = identity_for(ProcessSettings(identity_type="NetworkService"), "")
    assert identity.uid is None
    assert identity.label == f"NetworkService (runs as {OWN})"


# rules: privilege.identity
@pytest.mark.parametrize(("name", "words"), [("nobody-of-that-name", "no account"), ("root", "root, which no pool may be"), ("DOMAIN\\root", "root")])
def test_what_cannot_be_or_may_not_be_is_refused(name: str, words: str) -> None:
    settings = ProcessSettings(identity_type="SpecificUser", user_name=name)
    with pytest.raises(WorkerFailed, match=words) as raised:
        identity_for(settings, "")
    assert raised.value.failure.event == 5021
    assert words in identity_label(settings, "")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_as_root_the_configured_account_is_taken() -> None:
    entry = pwd.getpwnam("nobody")
    identity = identity_for(ProcessSettings(), "nobody")
    assert (identity.uid, identity.gid) == (entry.pw_uid, entry.pw_gid)
    assert identity.label == "ApplicationPoolIdentity (runs as nobody)"
    assert dict(identity.environment) == {"HOME": entry.pw_dir, "USER": "nobody", "LOGNAME": "nobody"}
