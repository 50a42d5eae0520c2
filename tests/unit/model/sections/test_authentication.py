"""Forms authentication's settings; minutes become seconds."""

from pathlib import Path

from model.sections.authentication import Authentication, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = """<authentication mode="Forms"><forms name=".T" loginUrl="login" timeout="5" requireSSL="true" slidingExpiration="false">
<credentials passwordFormat="Clear"><user name="ada" password="secret" /></credentials></forms></authentication>"""
    read = section(tmp_path, Authentication.SECTION, rows)
    mode, forms = settings(read)
    assert mode == "Forms"
    assert (forms.cookie_name, forms.login_url, forms.timeout_s, forms.require_ssl, forms.sliding) == (".T", "login", 300.0, True, False)
    assert (forms.users, forms.password_format) == ((("ada", "secret"),), "Clear")
    assert "secret" not in repr(Authentication.from_effective(read))


def test_the_net_level_says_windows(tmp_path: Path) -> None:
    assert settings(section(tmp_path, Authentication.SECTION, "<authentication />"))[0] == "Windows"
