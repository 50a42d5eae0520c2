"""Which rules refuse."""

from pathlib import Path

from model.sections.rewrite import RewriteRules
from tests.unit.model.sections import section


def test_refuses(tmp_path: Path) -> None:
    rules = """<rules><rule name="abort"><match url=".*" /><action type="AbortRequest" /></rule>
<rule name="off" enabled="false"><action type="CustomResponse" statusCode="403" /></rule>
<rule name="rewrite"><action type="Rewrite" url="/x" /></rule></rules>"""
    found = RewriteRules.from_effective(section(tmp_path, RewriteRules.SECTION, rules))
    assert [(rule.name, rule.refuses) for rule in found.rows] == [("abort", True), ("off", False), ("rewrite", False)]
