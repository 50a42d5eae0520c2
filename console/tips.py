"""First-run tips: one sentence a page, told once an instance, when the page is first opened. Data only.

Knows no widget. What was told is kept in console/preferences.py; , tells them again.
"""

from __future__ import annotations

TIPS = {
    "server": "F6 goes round the panes, ctrl+p finds any action, page or setting by its name, ? shows the keys of this page.",
    "pools": "m switches the selected pool between Integrated and Classic at once; z takes it back, to the byte.",
    "sites": "Enter opens a site; the letter is its pool's pipeline mode. y copies what is selected, also as XML or appcmd line.",
    "live": "Enter goes into the waterfall, Enter there to the line of configuration that decided. c runs a request in both modes.",
    "compare": "n and N go from difference to difference; below stands why, and Enter opens the line.",
    "modules": "Below the server modules move only among those of this level: IIS answers anything else with 500.19.",
    "source": "ctrl+o lends the mouse to the terminal: select and copy as usual; the next key takes it back.",
    "migration": "F shows the edit that settles a finding before it is written; z takes it back. Enter opens the line.",
    "problems": "Enter opens the file at the line. What is broken stays served as it last was, until it is mended.",
}
