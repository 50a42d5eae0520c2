"""The files above applicationHost.config, ours: machine.config, the root web.config, and the declarations that IIS ships.

Know nothing of how they are merged. levels.py reads them.
"""
