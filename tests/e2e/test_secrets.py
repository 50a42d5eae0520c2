"""Story: a secret stands in every attribute that holds one, in clear text; nothing that the running program says or writes repeats it."""

from __future__ import annotations

from pathlib import Path

from tests.support.marked_secrets import MARK, files_with, mark
from tests.support.program_driver import Program, eventually

NEW = "qZ7new"
SENT = "qZ7sent"


def test_what_runs_says_and_writes_no_secret(tmp_path: Path) -> None:
    program = Program(tmp_path / "world")
    mark(program.server_file, 41)
    set_password = ("set", "config", "/section:applicationPools", f"/[name='DefaultAppPool'].processModel.password:{NEW}")
    said: dict[str, str] = {}
    with program.serving() as ready:
        said["ready"] = repr(ready)
        for site in program.ports:
            assert program.get("/hello", site).status == 200
            assert program.get("/nowhere", site).status == 404
        for command in (("status", "--json"), ("check",), ("trace", program.url("/hello"), "--mode", "both", "--json")):
            ran = program.poolhouse(*command)
            assert ran.code in (0, 1), ran
            said[command[0]] = ran.out + ran.err
        sent = ("--header", f"Cookie: k={SENT}", "--header", f"Authorization: Bearer {SENT}", "--data", f"words=x&password={SENT}")
        ran = program.poolhouse("trace", program.url("/guestbook"), "--mode", "both", "--unsafe", *sent, "--json")
        assert ran.code == 0, ran
        said["sent"] = ran.out + ran.err
        ran = program.appcmd(*set_password)
        assert ran.code == 0, ran
        said["set"] = ran.out + ran.err
        program.edit(program.server_file, "<applicationPools>", "<applicationPools")
        eventually(lambda: program.poolhouse("status").code == 1, "the broken file is refused")
        for command in (("status", "--json"), ("history", "diff", "1")):
            ran = program.poolhouse(*command)
            said[f"broken: {' '.join(command)}"] = ran.out + ran.err
    said["serve's errors"] = (program.folder / "serve.err").read_text("utf-8", "replace")
    assert {name for name, text in said.items() if MARK in text or NEW in text or SENT in text} == set()
    assert "A secret value changed" in said["broken: history diff 1"] or "********" in said["broken: history diff 1"]
    # The file itself holds what was written into it, and nothing else does: no log, no plan, no history, no key's neighbour.
    assert files_with(program.folder, MARK.encode()) == ["configuration/applicationHost.config"]
    assert files_with(program.folder, NEW.encode()) == []
    assert files_with(program.folder, SENT.encode()) == []
