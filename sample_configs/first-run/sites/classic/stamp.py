"""A managed module: stamps every response it sees with how many it has seen, and how long this one took until its headers left."""

import time


class StampModule:
    def __init__(self):
        self.seen = 0

    def begin_request(self, context):
        context.items["stamp.began"] = time.perf_counter()

    def pre_send_request_headers(self, context):
        self.seen += 1
        began = context.items.get("stamp.began")
        took = f"; {(time.perf_counter() - began) * 1000:.2f} ms" if began is not None else ""
        context.response.append_header("X-Stamp", f"{self.seen}{took}")
