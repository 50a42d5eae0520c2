"""Widgets: what draws values (lines, rows, trees, traces). They know no session; upward talk is messages."""
