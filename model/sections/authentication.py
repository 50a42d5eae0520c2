"""system.web/authentication: how ASP.NET finds out who asks; forms authentication's settings.

Knows no tickets and no users' requests. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section

AuthenticationMode = Literal["None", "Windows", "Passport", "Forms", "Federated"]


class FormsUser(Section):
    name: str = ""
    password: str = Field("", repr=False)


class Credentials(Section):
    password_format: Literal["Clear", "SHA1", "MD5"] = "SHA1"
    users: tuple[FormsUser, ...] = Field((), alias=OWN)


class Forms(Section):
    name: str = ".ASPXAUTH"
    login_url: str = "login.aspx"
    default_url: str = "default.aspx"
    path: str = "/"
    domain: str = ""
    timeout_s: float = Field(1800.0, alias="timeout")
    sliding_expiration: bool = True
    require_ssl: bool = Field(False, alias="requireSSL")
    credentials: Credentials = Credentials()


class Authentication(Section):
    SECTION: ClassVar[str] = "system.web/authentication"

    mode: AuthenticationMode = "Windows"
    forms: Forms = Forms()


def settings(section: EffectiveSection) -> tuple[AuthenticationMode, plan.FormsSettings]:
    read = Authentication.from_effective(section)
    forms = read.forms
    return read.mode, plan.FormsSettings(
        cookie_name=forms.name,
        login_url=forms.login_url,
        default_url=forms.default_url,
        cookie_path=forms.path,
        domain=forms.domain,
        timeout_s=forms.timeout_s,
        sliding=forms.sliding_expiration,
        require_ssl=forms.require_ssl,
        users=tuple((user.name, user.password) for user in forms.credentials.users),
        password_format=forms.credentials.password_format,
        source=forms.source,
    )
