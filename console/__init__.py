"""The program: command line and screen. Start with __main__.py, then cli/ and app.py."""
