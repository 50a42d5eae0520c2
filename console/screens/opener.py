"""Pages are made when they are first opened, and kept, but for property pages. Which class shows which page is decided here and nowhere else.

Knows no page's content: list pages come from pages.PAGES, the others are widgets of their own.
"""

from __future__ import annotations

from typing import Any

from textual.widget import Widget
from textual.widgets import ContentSwitcher

from console.feed import Feed
from console.listing import View
from console.places import Place
from console.session import Session


async def page_for(switcher: ContentSwitcher, session: Session, feed: Feed, place: Place) -> Widget:
    """The page of a place, mounted and showing it."""
    view = View(session, feed, place)
    found = switcher.query(f"#page-{place.page}")
    if found:
        known: Widget = found.first()
        shown: Any = known
        shown.show_place(view)
        return known
    page = _make(view)
    await switcher.add_content(page)
    return page


async def drop_left(switcher: ContentSwitcher, shown: Widget) -> None:
    """Unmount the property pages that were left: each holds a widget a field, and whatever is mounted is styled at every switch."""
    for page in list(switcher.query("FormPageView")):  # by name: a console that never opens one does not import it
        if page is not shown and not getattr(page, "dirty", False):
            await page.remove()


def _make(view: View) -> Widget:
    if view.place.page == "live":
        from console.screens.live_page import LivePage

        return LivePage(view)
    if view.place.page == "compare":
        from console.screens.compare_page import ComparePage

        return ComparePage(view)
    if view.place.page in ("source", "log"):
        from console.screens.text_page import TextPage

        return TextPage(view)
    from console.pages import page
    from console.property_page import FormPage
    from console.screens.list_page import ListPageView

    declared = page(view.place.page)
    if isinstance(declared, FormPage):
        from console.screens.form_page import FormPageView

        return FormPageView(declared, view)
    return ListPageView(declared, view)
