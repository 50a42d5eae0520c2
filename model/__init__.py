"""Configuration as text and as meaning: documents, hierarchy, schema, edits, and the compiler that makes plans.

Knows nothing of screens, sockets or processes; imports only hwebcore.plan and hwebcore.plan_source.
Start with document.py (text), then hierarchy.py (which files speak), effective.py (what holds), compiler.py (plans).
"""
