"""A managed handler: the smallest there is."""


class Hello:
    def process_request(self, context):
        context.response.content_type = "text/plain"
        context.response.write("Hello")
