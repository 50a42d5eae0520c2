"""Typed sections: one noun a file, read from an effective section by the schema's names.

Know no files, no other sections and not where a value came from. section.py says how one is read; `SECTION` is its name.
"""
