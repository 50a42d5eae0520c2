"""A site's log with columns of its own behind the W3C ones: headers of request and answer, server variables (rt 8).

Knows what request_log.py knows. A log without such columns is a plain RequestLog, and pays nothing for this one.
"""

from __future__ import annotations

from hwebcore.managed.request import ServerVariables
from hwebcore.pipeline.context import Context
from hwebcore.request_log import RequestLog, header_text
from hwebcore.site_log import CustomField, SiteLog
from hwebcore.w3c_log import escape


class CustomFieldsLog(RequestLog):
    def __init__(self, log: SiteLog) -> None:
        super().__init__(log.fields)
        self._custom = log.custom
        self._most = log.most_custom_bytes

    def record(self, context: Context) -> None:
        """No line repeats another: its own columns may tell of anything."""
        seconds = context.end - context.start
        self.writer.write(self.line(context, context.wall + seconds, seconds))

    def line(self, context: Context, finished: float, seconds: float) -> str:
        values = [escape(_value(context, field).encode()[: self._most].decode("utf-8", "ignore")) for field in self._custom]
        return f"{super().line(context, finished, seconds)[:-1]} {' '.join(values)}\n"


def _value(context: Context, field: CustomField) -> str:
    if field.type == "RequestHeader":
        return header_text(context.request.headers.get_all(field.source_name))
    if field.type == "ResponseHeader":
        return header_text(context.response.headers.get_all(field.source_name))
    managed = context.managed  # a module may have set it there
    variables = managed.request.server_variables if managed is not None else ServerVariables(context, False)
    return str(variables.get(field.source_name, ""))


def log_of(log: SiteLog) -> RequestLog:
    return CustomFieldsLog(log) if log.custom else RequestLog(log.fields)
