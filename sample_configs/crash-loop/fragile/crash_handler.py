"""A managed handler that ends its worker process, as a fault in native code would."""

import os
import signal


class Crash:
    def process_request(self, context):
        os.kill(os.getpid(), signal.SIGKILL)
