"""Story: a folder asks for a password; an account is made, signs in, and is taken away, while everything runs."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.program_driver import Page, Program, eventually

MODULE = '<add name="BasicAuthenticationModule" lockItem="true" />'
ASKING = """<location path="Classic/files"><system.webServer><security><authentication>
<anonymousAuthentication enabled="false" /><basicAuthentication enabled="true" realm="Files" defaultLogonDomain="CORP" />
</authentication></security></system.webServer></location>
</configuration>"""


def test_an_account_signs_in_while_it_is_there(tmp_path: Path) -> None:
    program = Program(tmp_path / "world")
    text = program.server_file.read_text("utf-8")
    module = '<add name="AnonymousAuthenticationModule" lockItem="true" />'
    image = '<add name="BasicAuthenticationModule" image="%windir%\\System32\\inetsrv\\authbas.dll" />'
    text = text.replace(module, module + MODULE, 1).replace("</configuration>", ASKING)
    if image.split(" image")[0] not in text.split("</globalModules>")[0]:
        text = text.replace("</globalModules>", f"{image}</globalModules>", 1)
    program.server_file.write_text(text, "utf-8")
    with program.serving():
        refused = program.get("/files/", "classic")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Basic realm="Files"')
        assert program.get("/hello", "classic").status == 200
        account(program, "add", "alice", "--group", "staff", password="open: sésame")
        page = eventually(
            lambda: _with(program.get("/files/", "classic", headers=credentials(r"corp\ALICE", "open: sésame")), 200), "the account signs in"
        )
        assert "autumn" in page.text
        assert program.get("/files/", "classic", headers=credentials("alice", "wrong")).status == 401
        traced = program.poolhouse("trace", program.url("/files/", "classic"), "--json").json
        assert traced["response"]["status"] == 401
        account(program, "remove", "alice")
        eventually(lambda: _with(program.get("/files/", "classic", headers=credentials("alice", "open: sésame")), 401), "it is taken away")
    logged = b"".join(data for name, data in program.logs().items() if name.startswith("u_ex"))
    assert b" alice " in logged
    assert b"sesame" not in logged


def account(program: Program, *words: str, password: str = "") -> None:
    command = [*program.command, "account", *words, "--config", str(program.config)]
    done = subprocess.run(command, env=program.environment, cwd=program.folder, input=f"{password}\n", capture_output=True, text=True, timeout=40)
    assert done.returncode == 0, done.stderr


def credentials(name: str, password: str) -> Mapping[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def _with(page: Page, status: int) -> Page | None:
    return page if page.status == status else None
