"""A managed module that only system.web/httpModules names."""


class OldStamp:
    def pre_send_request_headers(self, context):
        context.response.append_header("X-Old-Stamp", "seen")
