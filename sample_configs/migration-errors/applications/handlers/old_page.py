"""A managed handler that only system.web/httpHandlers names."""


class OldPage:
    def process_request(self, context):
        context.response.content_type = "text/plain"
        context.response.write("Served by system.web/httpHandlers")
