"""Dialogs of bindings: what they accept, the keys of certificates, edits to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import binding_forms, site_forms
from console.binding_forms import Parts, parts
from console.listing import View
from model.sections.sites import Site, SiteBinding
from tests.support.console_views import view


@pytest.fixture
def seen(tmp_path: Path) -> View:
    """Beside the site S another one, T."""
    found = view(tmp_path)
    workspace, given = found.session.workspace, {"name": "T", "pool": "P", "folder": str(tmp_path), "ip": "*", "port": "8081", "host": "t.example"}
    workspace.save(workspace.propose(site_forms.add_site(workspace.hierarchy, {**given, "start": "true"})))
    return found


def site(seen: View) -> Site:
    found = seen.session.workspace.hierarchy.site("S")
    assert found is not None
    return found


def filled(seen: View, **given: str) -> dict[str, str]:
    return {**binding_forms.binding_form(seen.session.workspace.hierarchy, site(seen)).initial, "port": "9000", **given}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ""),
        ({"port": "0"}, "port"),
        ({"port": "70000"}, "port"),
        ({"port": "٣"}, "port"),
        ({"ip": "10.0.0.300"}, "ip"),
        ({"ip": "[::1]"}, ""),
        ({"ip": "::1"}, "ip"),
        ({"host": "http://x"}, "host"),
        ({"host": "*.example.org"}, ""),
        ({"host": "a.*.org"}, "host"),
        ({"type": "https", "sni": "true"}, "host"),
        ({"type": "https", "sni": "true", "host": "a.example"}, ""),
        ({"sni": "true"}, ""),
        ({"port": "8081", "host": "T.example"}, "port"),
        ({"type": "net.tcp"}, "information"),
        ({"type": "net.tcp", "information": "808:*"}, ""),
    ],
)
def test_what_it_accepts(seen: View, given: dict[str, str], field: str) -> None:
    form = binding_forms.binding_form(seen.session.workspace.hierarchy, site(seen))
    assert list(form.check(filled(seen, **given))) == ([field] if field else [])


def test_fields_of_another_type_are_greyed(seen: View) -> None:
    form = binding_forms.binding_form(seen.session.workspace.hierarchy, site(seen))
    assert {"information", "certificate", "sni"} <= set(form.disabled(filled(seen)))
    assert set(form.disabled(filled(seen, type="https"))) == {"information"}
    assert {"ip", "port", "host"} <= set(form.disabled(filled(seen, type="net.pipe")))


def test_the_usual_port_follows_the_type(seen: View) -> None:
    form = binding_forms.binding_form(seen.session.workspace.hierarchy, site(seen))
    assert form.follows("type", filled(seen, type="https", port="80")) == {"port": "443"}
    assert form.follows("type", filled(seen, type="http", port="443")) == {"port": "80"}
    assert form.follows("type", filled(seen, type="https", port="8443")) == {}, "what somebody chose stays"
    assert form.follows("port", filled(seen, type="https", port="80")) == {}
    assert form.follows("type", filled(seen, type="net.pipe", port="80")) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [("*:80:", Parts("*", "80", "")), (":80:x", Parts("*", "80", "x")), ("[::1]:443:a.b", Parts("[::1]", "443", "a.b"))],
)
def test_parts(text: str, found: Parts) -> None:
    assert parts(SiteBinding(protocol="http", binding_information=text)) == found
    assert parts(SiteBinding(protocol="net.tcp", binding_information=text)).text == text


def test_a_certificate_is_kept_by_name_or_by_address(seen: View) -> None:
    https = {"type": "https", "port": "443", "host": "a.example", "ip": "127.0.0.1"}
    assert binding_forms.certificate_key(filled(seen, **https)) == "127.0.0.1:443"
    assert binding_forms.certificate_key(filled(seen, **https, sni="true")) == "a.example:443"
    assert binding_forms.certificate_key(filled(seen)) == ""


def test_a_binding_is_added_edited_and_removed_to_the_byte(seen: View) -> None:
    workspace = seen.session.workspace
    before = workspace.root.read_bytes()
    values = filled(seen, type="https", host="a.example", sni="true")
    workspace.save(workspace.propose(binding_forms.add_binding("S", values)))
    assert b'<binding protocol="https" bindingInformation="*:9000:a.example" sslFlags="1" />' in workspace.root.read_bytes()
    made = next(binding for binding in site(seen).bindings if binding.protocol == "https")
    form = binding_forms.binding_form(workspace.hierarchy, site(seen), made)
    assert binding_forms.edit_binding("S", made, form.initial) is None
    edit = binding_forms.edit_binding("S", made, {**form.initial, "type": "http", "port": "9001", "sni": "false"})
    assert edit is not None
    workspace.save(workspace.propose(edit))
    assert b'<binding protocol="http" bindingInformation="*:9001:a.example" />' in workspace.root.read_bytes()
    made = next(binding for binding in site(seen).bindings if "9001" in binding.binding_information)
    workspace.save(workspace.propose(binding_forms.remove_binding("S", made)))
    assert workspace.root.read_bytes() == before


def test_other_bits_of_ssl_flags_stay() -> None:
    values = {"type": "https", "sni": "true", "http2": "false", "tls13": "false", "legacy": "false"}
    assert binding_forms.ssl_flags(values, before=8 | 4) == 8 | 1
