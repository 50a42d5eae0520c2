"""Configurations that run: the first-run sample and four that show what goes wrong. Data only; read through importlib.resources.

Knows nothing of the program. `console/cli/samples.py` copies one to the user's own folder.
"""
