"""The front (the user-mode part of HTTP.sys): accepts what no worker accepts itself, routes by the head, answers 400, 404, 503."""
