"""The rows of features on home pages: what can be opened, and dimmed with the reason what cannot.

Knows no widget and no configuration; wording/features.py has the words. pages/server.py and pages/site.py show these.
"""

from __future__ import annotations

from console.lines import Cell, Line, Row, cell, line, run
from console.places import Target
from console.wording.features import CATEGORIES, Feature


def feature_row(feature: Feature, **more: Cell) -> Row:
    dim = not feature.page
    cells = {
        "name": cell(feature.name, "quiet" if dim else "link", bold=not dim),
        "about": cell(f"{feature.about} — {feature.missing}" if dim else feature.about, "quiet"),
        **more,
    }
    groups = {"area": (feature.area, "heading"), "category": (feature.category, "heading")}
    return Row(Target("feature", feature.page or feature.name, feature), cells, groups=groups)


#: The ways in which features are grouped, and the order of their headings.
GROUPS = (("area", "Area"), ("category", "Category"), ("", "No Grouping"))
GROUP_ORDER = ("Applications", "Poolhouse", *CATEGORIES, "IIS", "ASP.NET", "Management")


def page_of(target: Target) -> str:
    """The page that a feature's row opens; "" where there is none."""
    return target.value.page if isinstance(target.value, Feature) else target.name


def reason(target: Target | None) -> list[Line]:
    """Why the selected feature cannot be opened."""
    feature = target.value if target is not None else None
    if not isinstance(feature, Feature) or feature.page:
        return []
    return [line(run(feature.name, bold=True), run(f"   {feature.missing}", "warning"))]
