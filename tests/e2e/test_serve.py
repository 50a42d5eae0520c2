"""Story: an administrator serves the sample without a console, asks what runs, and stops it."""

from __future__ import annotations

import gzip
import os
import stat

from tests.support.program_driver import Page, Program, eventually

IMAGE = '<add name="StaticCompressionModule" image="%windir%\\System32\\inetsrv\\compstat.dll" />'
ROW = '<add name="StaticCompressionModule" lockItem="true" />'
COMPRESSION = """<system.webServer><httpCompression minFileSizeForComp="100" staticCompressionIgnoreHitFrequency="true">
<scheme name="gzip" dll="%windir%\\system32\\inetsrv\\gzip.dll" /><staticTypes><add mimeType="text/*" enabled="true" /></staticTypes>
</httpCompression></system.webServer>"""


def test_the_service_says_when_it_serves_answers_and_stops(first_run: Program) -> None:
    with first_run.serving() as ready:
        assert (ready["schema"], ready["event"]) == (1, "ready")
        assert sorted(ready["endpoints"]) == sorted(f"127.0.0.1:{port}" for port in first_run.ports.values())
        for site in first_run.ports:
            page = first_run.get("/hello", site)
            assert (page.status, page.body) == (200, b"Hello")
        said = first_run.poolhouse("status")
        assert said.code == 0
        assert "DefaultAppPool" in said.out
        assert first_run.url("/") in said.out
        second = first_run.run("serve", str(first_run.config))
        assert second.code == 1
        assert f"pid {ready['pid']}" in second.err
        assert first_run.poolhouse("stop").code == 0
        assert first_run.poolhouse("status").code == 3
    eventually(lambda: not os.path.exists(ready["control"]), "the control socket is gone")


def test_every_page_of_the_sample_answers_in_both_modes(first_run: Program) -> None:
    expected = {
        "/": 200, "/hello": 200, "/poolhouse.svg": 200, "/notes.txt": 200, "/files/": 200, "/guestbook": 200, "/clock": 200, "/login": 200,
        "/members/report": 302, "/web.config": 404, "/stamp.py": 404, "/nothing": 404,
    }  # fmt: skip
    with first_run.serving():
        for site in first_run.ports:
            assert {path: first_run.get(path, site).status for path in expected} == expected, site


# rules: compression.folder
def test_files_in_both_modes(first_run: Program) -> None:
    """The picture is a matter of the mode; text leaves compressed in either, its copies in a folder of the pool's own."""
    first_run.edit(first_run.server_file, '<add name="StaticFileModule" image', f'{IMAGE}<add name="StaticFileModule" image')
    first_run.edit(first_run.server_file, '<add name="StaticFileModule" lockItem', f'{ROW}<add name="StaticFileModule" lockItem')
    first_run.edit(first_run.server_file, "</configuration>", f"{COMPRESSION}</configuration>")
    plain = (first_run.config / "sites" / "integrated" / "site.css").read_bytes()

    def compressed(site: str) -> Page | None:
        page = first_run.get("/site.css", site, headers={"Accept-Encoding": "gzip"})
        return page if page.headers.get("content-encoding") == "gzip" else None

    with first_run.serving():
        integrated, classic = first_run.get("/members/photo.png"), first_run.get("/members/photo.png", "classic")
        pages = {site: eventually(lambda site=site: compressed(site), f"{site} compresses") for site in first_run.ports}
        folders = list((first_run.folder / "state").rglob("compressed/*"))
        assert [(stat.S_IMODE(folder.stat().st_mode), len(list(folder.iterdir()))) for folder in folders] == [(0o700, 1)] * 2
    assert (integrated.status, integrated.headers["location"]) == (302, "/login?ReturnUrl=%2fmembers%2fphoto.png")
    assert "x-stamp" in integrated.headers
    assert (classic.status, classic.headers["content-type"], len(classic.body)) == (200, "image/png", 17093)
    assert "x-stamp" not in classic.headers
    assert {page.headers["vary"] for page in pages.values()} == {"Accept-Encoding"}
    assert gzip.decompress(pages["integrated"].body) == plain


# rules: forms.rotation forms.sign-out
def test_signing_in_works_in_both_modes(first_run: Program) -> None:
    """And goes on when the instance's key is rotated: old tickets are read by the running workers, and sealed again. It ends where somebody says so."""
    tickets = {}
    first_run.edit(first_run.config / "sites" / "integrated" / "login_page.py", "sign_out()", "sign_out(everywhere=True)")
    with first_run.serving():
        for site in first_run.ports:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            wrong = first_run.get("/login", site, "POST", form, b"user=ada&password=byron")
            assert (wrong.status, "set-cookie" in wrong.headers) == (200, False)
            right = first_run.get("/login?ReturnUrl=%2fmembers%2freport", site, "POST", form, b"user=ada&password=lovelace")
            assert (right.status, right.headers["location"]) == (302, "/members/report")
            tickets[site] = cookie = right.headers["set-cookie"].partition(";")[0]
            assert cookie.startswith(f".{site.upper()}-TICKET=")
            report = first_run.get("/members/report", site, headers={"Cookie": cookie})
            assert report.status == 200
            assert "<dd>ada</dd>" in report.text
        assert first_run.poolhouse("key", "rotate").code == 0

        def sealed_again() -> str | None:
            page = first_run.get("/members/photo.png", headers={"Cookie": tickets["integrated"]})
            assert page.status == 200
            return page.headers.get("set-cookie", "").partition(";")[0] or None

        again = eventually(sealed_again, "the ticket is sealed with the new key")
        page = first_run.get("/members/photo.png", headers={"Cookie": again})
        assert (page.status, page.headers.get("set-cookie")) == (200, None)
        first_run.get("/login?signout", headers={"Cookie": again})
        assert first_run.get("/members/photo.png", headers={"Cookie": again}).status == 302
        assert first_run.appcmd("recycle", "apppool", "DefaultAppPool").code == 0
        assert first_run.get("/members/photo.png", headers={"Cookie": tickets["integrated"]}).status == 302


def test_appcmd_sees_and_tells_the_running_service(first_run: Program) -> None:
    with first_run.serving():
        assert 'APPPOOL "DefaultAppPool" (MgdVersion:v4.0,MgdMode:Integrated,state:Started)' in first_run.appcmd("list", "apppools").out
        first_run.get("/hello")
        before = first_run.appcmd("list", "wp", "/applicationPool:DefaultAppPool").out
        assert before.endswith(" (applicationPool:DefaultAppPool)\n")
        assert first_run.appcmd("recycle", "apppool", "DefaultAppPool").out == '"DefaultAppPool" successfully recycled\n'
        assert first_run.appcmd("list", "wp", "/applicationPool:DefaultAppPool").out != before
        assert first_run.appcmd("stop", "apppool", "DefaultAppPool").code == 0
        assert first_run.get("/hello").status == 503
        assert first_run.appcmd("start", "apppool", "DefaultAppPool").code == 0
        assert first_run.get("/hello").status == 200
        assert first_run.appcmd("stop", "site", "Classic").code == 0
        assert "state:Stopped" in first_run.appcmd("list", "site", "Classic").out
