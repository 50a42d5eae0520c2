"""The schema of IIS's configuration as data: which attributes, elements and collections a section has, with types and defaults.

Knows no configuration. Start with tables.py (`section_schema`); value.py reads and checks values.
"""

from __future__ import annotations

from model.schema.element import AttributeSchema, CollectionSchema, ElementSchema
from model.schema.tables import section_groups, section_schema, sections

__all__ = ["AttributeSchema", "CollectionSchema", "ElementSchema", "section_groups", "section_schema", "sections"]
