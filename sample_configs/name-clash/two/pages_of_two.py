"""The one page of this application."""

import shop


class Prices:
    def process_request(self, context):
        context.response.content_type = "text/plain"
        context.response.write(f"{context.request.application_path}: {shop.PRICE}\n")
