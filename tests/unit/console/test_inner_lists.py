"""Lists within an entry, asked as a line each: a filtering rule is added, changed and taken back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import entry_edits
from console.collection import entries
from console.inner_lists import joined, parted
from console.pages.request_filtering import LISTS
from model.edits import Where
from tests.support.console_views import view

RULES = next(collection for heading, collection, _ in LISTS if heading == "Rules")


@pytest.mark.parametrize("values", [(), ("a",), ("a b", "c"), ("a,b", 'say "x"', "--")])
def test_a_line_says_its_values(values: tuple[str, ...]) -> None:
    assert parted(joined(values)) == values


def test_a_line_is_read_as_a_person_types_it() -> None:
    assert parted(' one,two , , one,"a, b"') == ("one", "two", "a, b")


def test_a_filtering_rule_has_its_headers_extensions_and_strings(tmp_path: Path) -> None:
    seen = view(tmp_path)
    workspace, where = seen.session.workspace, Where(RULES.section)
    form = entry_edits.entry_form(RULES, (), None)
    given = {**form.initial, "name": "sql", "scanQueryString": "true", "in--scanHeaders": "Referer", "in--denyStrings": 'drop,"a,b"'}
    assert form.check(given) == {}
    workspace.save(workspace.propose(entry_edits.add_edit(RULES, where, given)))
    written = workspace.root.read_bytes()
    for text in (b'<filteringRule name="sql" scanQueryString="true">', b'<add requestHeader="Referer" />', b'<add string="a,b" />'):
        assert text in written
    [entry] = entries(seen, RULES)
    again = entry_edits.entry_form(RULES, (entry,), entry)
    assert again.initial["in--denyStrings"] == 'drop,"a,b"'
    assert entry_edits.change_edit(RULES, where, entry, again.initial) is None
    edit = entry_edits.change_edit(RULES, where, entry, {**again.initial, "name": "SQL2", "in--denyStrings": "drop,exec", "in--appliesTo": ".asp"})
    assert edit is not None
    workspace.save(workspace.propose(edit))
    [entry] = entries(seen, RULES)
    assert entry.get("name") == "SQL2"
    assert [[inner.values(entry) for inner in RULES.inner]] == [[("Referer",), (".asp",), ("drop", "exec")]]
