"""What an https binding asks beside its address: the certificate, with View…, as Add Website and Site Bindings show it. No Textual.

Knows no store: the names and what View… tells are given. Which place of the store a choice goes to is binding_forms.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.forms import Field, Finding, Press, Report, Values

#: A certificate's name → what is told of it.
ViewOf = Callable[[str], Report]
NONE = "None"


def certificate_fields(names: Sequence[str], chosen: str, none: str, view: ViewOf | None) -> tuple[Field, ...]:
    """`none`: the value of no certificate."""
    choices = ((none, NONE), *((name, name) for name in names))
    fields = [Field("certificate", "SSL certificate:", "choice", chosen or none, choices, "Of this instance's store: Server Certificates makes one")]

    def shown(values: Values) -> Report:
        name = values["certificate"]
        if name == none or view is None:
            return Report("Certificate", (Finding("warning", "None", "No certificate is chosen: nobody could connect by https."),))
        return view(name)

    if view is not None:
        fields.append(Field("view", "", "buttons", presses=(Press("View…", shown),)))
    return tuple(fields)
