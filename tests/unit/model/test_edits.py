"""Edits of real layouts: what changes, and that nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config_path import ConfigPath
from model.difference import difference, replaced, reverse
from model.document import Document
from model.edits import (
    AddEntry,
    Batch,
    CannotEdit,
    ClearEntries,
    Edit,
    LockAttributes,
    LockSection,
    MoveEntry,
    RemoveEntry,
    Revert,
    SetAttribute,
    Step,
    Where,
    empty_configuration,
    singles,
    splices,
)
from model.layout import Draft

POOLS = Where("system.applicationHost/applicationPools")
MODULES = Where("system.webServer/modules", ConfigPath("Site"))

SERVER = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <configSections />
    <system.applicationHost>
        <applicationPools>
            <!-- all pools -->
            <add name="DefaultAppPool" managedPipelineMode="Integrated" />
            <add name='Classic' managedPipelineMode='Classic'>
                <processModel idleTimeout="00:20:00" />
            </add>
            <applicationPoolDefaults managedRuntimeVersion="v4.0" />
        </applicationPools>
    </system.applicationHost>
    <location path="" overrideMode="Allow">
        <system.webServer>
            <modules>
                <add name="One" />
                <add name="Two" /><!-- second -->
                <add name="Three" />
            </modules>
        </system.webServer>
    </location>
</configuration>
"""


def pool(name: str) -> tuple[Step, ...]:
    return (Step("add", (("name", name),)),)


def after(edit: Edit, text: str = SERVER, location: str = "") -> str:
    document = Document.parse(Path("f.config"), text.encode())
    for single in singles(edit):
        document = document.apply(splices(single, document, location))
    assert document.is_sound
    return document.text


def test_a_value_is_changed_and_nothing_else() -> None:
    edit = SetAttribute(POOLS, pool("defaultapppool"), "managedPipelineMode", "Classic")
    assert after(edit) == SERVER.replace('"Integrated"', '"Classic"')
    assert edit.label == "set managedPipelineMode of defaultapppool to Classic"


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ('<defaultDocument configSource="own.config" />', r"stands in the file own\.config .configSource.: change it there — f\.config:3"),
        ('<defaultDocument configProtectionProvider="Rsa"><EncryptedData>x</EncryptedData></defaultDocument>', "encrypted as a whole section"),
        ("<defaultDocument><EncryptedData>x</EncryptedData></defaultDocument>", "encrypted as a whole section"),
    ],
)
def test_nothing_is_written_beside_words_that_stand_elsewhere(section: str, reason: str) -> None:
    text = f"<configuration>\n<system.webServer>\n{section}\n</system.webServer>\n</configuration>\n"
    where = Where("system.webServer/defaultDocument")
    entry = (Step("files"), Step("add", (("value", "a"),)))
    edits = (
        SetAttribute(where, (), "enabled", "false"), SetAttribute(where, entry, "value", "b"), AddEntry(where, entry[:1], "add", entry[1].key),
        RemoveEntry(where, entry[:1], entry[1].key), ClearEntries(where, entry[:1]), LockAttributes(where, (), ("enabled",), True),
    )  # fmt: skip
    for edit in edits:
        with pytest.raises(CannotEdit, match=reason):
            after(edit, text)
    assert section not in after(Revert(where), text)
    assert section in after(LockSection(where, "Deny"), text)


def test_an_attribute_comes_and_goes() -> None:
    added = after(SetAttribute(POOLS, pool("Classic"), "queueLength", "10"))
    assert added == SERVER.replace("managedPipelineMode='Classic'", "managedPipelineMode='Classic' queueLength='10'")
    assert after(SetAttribute(POOLS, pool("Classic"), "queueLength", None), added) == SERVER
    assert after(SetAttribute(POOLS, pool("Classic"), "absent", None)) == SERVER


def test_missing_elements_on_the_way_are_made() -> None:
    inside = '<recycling>\n                    <periodicRestart requests="5" />\n                </recycling>'
    expected = SERVER.replace('Integrated" />', f'Integrated">\n                {inside}\n            </add>')
    assert after(SetAttribute(POOLS, (*pool("DefaultAppPool"), Step("recycling"), Step("periodicRestart")), "requests", "5")) == expected
    assert after(SetAttribute(POOLS, (*pool("DefaultAppPool"), Step("recycling")), "x", None)) == SERVER


def test_missing_entries_are_not_made() -> None:
    with pytest.raises(CannotEdit, match=r'<add name="None"> is not written in this file — f\.config:5:9'):
        after(SetAttribute(POOLS, pool("None"), "autoStart", "false"))


def test_an_entry_is_added_after_its_like() -> None:
    edit = AddEntry(POOLS, (), "add", (("name", "New & fresh"),))
    expected = SERVER.replace("            </add>\n", '            </add>\n            <add name="New &amp; fresh" />\n')
    assert after(edit) == expected
    assert edit.label == "add New & fresh to applicationPools"


def test_an_entry_is_added_at_an_index_of_its_kind() -> None:
    text = SERVER.replace('<add name="One" />', '<clear />\n                <add name="One" />')
    added = after(AddEntry(Where("system.webServer/modules"), (), "add", (("name", "New"),), 0), text)
    assert added == text.replace("<clear />", '<clear />\n                <add name="New" />')


def test_a_section_that_is_not_there_is_made_before_the_location_tags() -> None:
    edit = SetAttribute(Where("system.webServer/security/requestFiltering"), (Step("requestLimits"),), "maxUrl", "99")
    made = after(edit)
    begin = made.index("    <system.webServer>\n        <security>\n            <requestFiltering>\n                <requestLimits maxUrl")
    assert made.index("</system.applicationHost>") < begin < made.index("<location")


def test_a_location_tag_is_made_where_the_file_has_none() -> None:
    where = Where("system.webServer/directoryBrowse", ConfigPath("Site", "/app"), "location")
    made = after(SetAttribute(where, (), "enabled", "true"), location="Site/app")
    expected = """    <location path="Site/app">
        <system.webServer>
            <directoryBrowse enabled="true" />
        </system.webServer>
    </location>
</configuration>
"""
    assert made == SERVER.removesuffix("</configuration>\n") + expected
    assert after(SetAttribute(where, (), "enabled", "false"), made, "site/APP") == made.replace('enabled="true"', 'enabled="false"')


def test_a_new_file_begins_as_iis_writes_it() -> None:
    document = empty_configuration(Path("web.config"), newline="\r\n")
    made = document.apply(splices(AddEntry(MODULES, (), "add", (("name", "M"), ("type", "my.Module"))), document))
    assert made.to_bytes() == (
        b'<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n    <system.webServer>\r\n        <modules>\r\n'
        b'            <add name="M" type="my.Module" />\r\n        </modules>\r\n    </system.webServer>\r\n</configuration>\r\n'
    )


def test_an_entry_of_the_file_is_deleted() -> None:
    edit = RemoveEntry(Where("system.webServer/modules"), (), (("name", "Three"),))
    assert after(edit) == SERVER.replace('                <add name="Three" />\n', "")
    assert edit.label == "remove Three from modules"


def test_an_inherited_entry_is_removed_by_a_directive_before_what_the_file_adds() -> None:
    modules = '<modules>\n      <remove name="A"/>\n      <add name="B"/>\n    </modules>'
    text = f"<configuration>\n  <system.webServer>\n    {modules}\n  </system.webServer>\n</configuration>"
    edit = RemoveEntry(MODULES, (), (("name", "Session"),))
    removed = after(edit, text)
    assert removed == text.replace('<remove name="A"/>', '<remove name="A"/>\n      <remove name="Session"/>')
    assert after(edit, removed) == removed
    assert '<remove name="Session" />' in after(edit, "<configuration/>")


def test_the_directive_is_the_schemas() -> None:
    where = Where("system.webServer/security/authentication/windowsAuthentication", ConfigPath("S"))
    text = "<configuration/>"
    assert '<removeSpn name="x" />' in after(RemoveEntry(where, (Step("extendedProtection"),), (("name", "x"),)), text)


def test_what_knows_no_directive_cannot_be_removed_where_it_is_not() -> None:
    with pytest.raises(CannotEdit, match="no such entry: Nobody"):
        after(RemoveEntry(POOLS, (), (("name", "Nobody"),)))


def test_an_entry_moves_with_its_comment() -> None:
    two = (Step("add", (("name", "Two"),)),)
    where = Where("system.webServer/modules")
    one = '                <add name="One" />\n'
    line = '                <add name="Two" /><!-- second -->\n'
    assert after(MoveEntry(where, two, -1)) == SERVER.replace(one + line, line + one)
    assert after(MoveEntry(where, two, 99)).index('"Three"') < after(MoveEntry(where, two, 99)).index('"Two"')
    assert after(MoveEntry(where, (Step("add", (("name", "One"),)),), -1)) == SERVER
    assert after(MoveEntry(where, two, 0)) == SERVER


def test_moving_down_and_up_again_is_identity() -> None:
    where = Where("system.webServer/modules")
    moved = after(MoveEntry(where, (Step("add", (("name", "One"),)),), 2))
    assert moved != SERVER
    assert after(MoveEntry(where, (Step("add", (("name", "One"),)),), -2), moved) == SERVER


def test_a_batch_builds_on_what_it_made() -> None:
    sites = Where("system.applicationHost/sites")
    site = Step("site", (("name", "New"),))
    root = Step("application", (("path", "/"),))
    batch = Batch(
        "add site",
        (
            AddEntry(sites, (), "site", (("name", "New"), ("id", "7"))),
            AddEntry(sites, (site,), "application", (("path", "/"),)),
            AddEntry(sites, (site, root), "virtualDirectory", (("path", "/"), ("physicalPath", "C:\\new"))),
            AddEntry(sites, (site, Step("bindings")), "binding", (("protocol", "http"), ("bindingInformation", "*:80:"))),
        ),
    )
    expected = """        <sites>
            <site name="New" id="7">
                <application path="/">
                    <virtualDirectory path="/" physicalPath="C:\\new" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="*:80:" />
                </bindings>
            </site>
        </sites>
    </system.applicationHost>
"""
    assert expected in after(batch)


@pytest.mark.parametrize(
    ("text", "message"),
    [("<configuration>", "has to be readable first"), ("", "has to be readable first"), ("<other/>", "root is <other>")],
)
def test_a_file_that_is_not_understood_is_not_edited(text: str, message: str) -> None:
    document = Document.parse(Path("f.config"), text.encode())
    with pytest.raises(CannotEdit, match=message):
        splices(SetAttribute(MODULES, (), "x", "1"), document)


def test_what_xml_cannot_hold_is_refused_with_its_place() -> None:
    with pytest.raises(CannotEdit, match=r"cannot be written: the character U\+001B .* f.config:7:13"):
        after(SetAttribute(POOLS, pool("DefaultAppPool"), "autoStart", "\x1b[0m"))


VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20)
EDITS = st.one_of(
    st.builds(
        SetAttribute,
        st.just(POOLS),
        st.sampled_from(["DefaultAppPool", "Classic"]).map(pool),
        st.sampled_from(["autoStart", "managedPipelineMode"]),
        VALUES,
    ),
    st.builds(AddEntry, st.just(POOLS), st.just(()), st.just("add"), VALUES.map(lambda value: (("name", value),)), st.none() | st.integers(-1, 4)),
    st.builds(
        RemoveEntry,
        st.just(Where("system.webServer/modules")),
        st.just(()),
        st.sampled_from(["One", "Two", "Other"]).map(lambda name: (("name", name),)),
    ),
    st.builds(MoveEntry, st.just(Where("system.webServer/modules")), st.sampled_from(["One", "Two", "Three"]).map(pool), st.integers(-3, 3)),
)


@given(EDITS, st.sampled_from(["\n", "\r\n"]))
def test_an_edit_keeps_to_its_spans_and_can_be_taken_back(edit: SetAttribute | AddEntry | RemoveEntry | MoveEntry, newline: str) -> None:
    document = Document.parse(Path("f.config"), SERVER.replace("\n", newline).encode())
    found = splices(edit, document)
    changed = document.apply(found)
    assert changed.is_sound
    kept, done = [], 0
    for splice in sorted(found, key=lambda splice: splice.start):
        kept.append(document.text[done : splice.start])
        done = splice.end
    kept.append(document.text[done:])
    rest = changed.text
    for piece in kept:
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]
    assert "\n" not in changed.text.replace(newline, "")
    assert replaced(changed.text, reverse(difference(document.text, changed.text))) == document.text


def test_revert_takes_away_all_that_the_file_says_of_the_section() -> None:
    reverted = after(Revert(Where("system.webServer/modules")))
    assert "<modules>" not in reverted
    assert 'name="One"' not in reverted
    assert "<system.webServer>" in reverted
    assert after(Revert(Where("system.webServer/handlers"))) == SERVER


def test_of_two_elements_with_the_same_attributes_the_named_one_goes() -> None:
    text = '<configuration><system.web><authorization><allow users="a" /><deny users="a" /></authorization></system.web></configuration>'
    edit = RemoveEntry(Where("system.web/authorization"), (), (("users", "a"),), entry="deny")
    assert after(edit, text) == text.replace('<deny users="a" />', "")


def test_clearing_a_collection_leaves_its_comments() -> None:
    cleared = after(ClearEntries(Where("system.webServer/modules")))
    assert cleared.index("<modules>") < cleared.index("<clear />") < cleared.index("</modules>")
    assert "<!-- second -->" in cleared
    assert '<add name="One"' not in cleared


def test_a_new_order_is_clear_and_copies() -> None:
    entries = (Draft("add", (("name", "Three"),)), Draft("add", (("name", "One"),), (Draft("inner"),)))
    text = after(ClearEntries(Where("system.webServer/modules"), (), entries))
    assert text.index("<clear />") < text.index('<add name="Three" />') < text.index('<add name="One">') < text.index("<inner />")
    assert "Two" not in text


def test_a_collection_without_clear_is_not_cleared() -> None:
    with pytest.raises(CannotEdit, match="no <clear/>"):
        after(ClearEntries(POOLS))


def test_attributes_are_locked_and_unlocked_one_by_one() -> None:
    where = Where("system.webServer/modules")
    one = after(LockAttributes(where, (), ("a",), True))
    assert '<modules lockAttributes="a">' in one
    both = after(LockAttributes(where, (), ("b",), True), one)
    assert '<modules lockAttributes="a,b">' in both
    assert after(LockAttributes(where, (), ("a", "b"), False), both) == SERVER


def test_a_secret_stands_in_no_label() -> None:
    edit = SetAttribute(POOLS, (*pool("P"), Step("processModel")), "password", "open sesame")
    assert edit.label == "set password of P to ********"


def test_an_element_is_reset_to_what_is_inherited() -> None:
    assert "processModel" not in after(Revert(POOLS, (*pool("Classic"), Step("processModel"))))
    assert after(Revert(POOLS, (*pool("Classic"), Step("cpu")))) == SERVER
