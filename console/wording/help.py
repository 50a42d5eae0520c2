"""What each page is for, in a few sentences. Data only; paragraphs are parted by a blank line."""

from __future__ import annotations

HELP = {
    "server": """
Poolhouse opens IIS configuration files, shows and edits them as IIS Manager does, and runs them. The tree on the left leads to pools, sites
and applications; the pane on the right says what can be done with what is selected; every action has a key, and ctrl+p finds any of them.

What is changed is written to the file at once, and only the characters that the change means. z takes it back.
""",
    "pools": """
An application pool is one or more worker processes. Its managed pipeline mode decides how a request passes: in Integrated mode native and
managed
modules share one list of events; in Classic mode the native pipeline runs alone, and only requests whose handler mapping names
aspnet_isapi.dll enter a
second, managed pipeline.

m switches the selected pool's mode: one attribute of the file changes, the workers are replaced with overlap, and the next request passes
the other
pipeline. R recycles, S and X start and stop. Enter shows the pool's live requests.
""",
    "sites": """
A site is a set of bindings (addresses) and the applications that answer there. Each application belongs to a pool; the letter shows the
pool's mode. Enter opens a site; y copies its address; + adds one.
""",
    "site": """
The applications of the site and the features that can be configured at this level. The status bar names the file that an edit made here is
written to.
""",
    "folder": """
What can be configured for this folder and what lies below it: an edit goes to its own web.config, which the status bar names. What is dimmed is
set for a whole application. Content View lists the files; Convert to Application gives the folder a pool of its own choosing.
""",
    "modules": """
The modules in force at this level, in the order in which a request meets them. Inherited entries come from a level above; where they are
locked this level
cannot change them. A managed module with the precondition managedHandler runs only for requests with a managed handler, unless
runAllManagedModulesForAllRequests lifts it.

alt+up and alt+down (K, J) move an entry of this level among its neighbours. u groups the list, o brings back the order.
""",
    "handlers": """
Handler mappings: path and verb on the left, the program on the right. The first row that fits a request answers it. A row is disabled where
the access policy
does not grant what the row needs.
""",
    "problems": """
Everything in the files that cannot be used, or that this server does not execute. Enter opens the line.
""",
    "migration": """
What changes for each application when its pool goes from Classic to Integrated, or back: what is refused, what runs in one mode only, what
behaves differently. What stands first and red answers 500 in the mode that the pool has now; the rest waits for the other one.

Where nothing stands here, both modes have a row for everything, and they still differ: in Classic mode no managed module sees a static file, so
that what forms authentication protects there is open to anybody.

F shows the edit that settles the selected finding, and writes it where that is agreed to; z takes it back. Enter opens the line. To try it:
m on the pool, one request, z. c in Live Requests lays the same request side by side in both modes.
""",
    "live": """
Every request of every worker, as it happens. Select one to see it pass: each notification, each module that took part, what it decided and
how long it took, and below, what did not run and why.

█ is a native module, ▓ a managed one, ◆ the handler that answers, ▪ what the server itself does. In an Integrated pool all stand in one
pipeline. In a Classic pool the request goes to a second one, ASP.NET's, where IsapiModule is the handler: its steps stand boxed inside that
step. A file meets none of it there.

Filter with words, field:value and comparisons: pool:Default* status>=400 time>10ms -url:/health mode:classic. Terms must all hold; or
starts an alternative.

p pauses the view, never the intake; f follows; Enter on a step opens the configuration line that decided it; c runs the same request in the
other mode and lays both side by side; r sends it again.

Below the waterfall stand heads and bodies of what came while this page was in sight, secrets masked. k switches that off and on; what was
not captured is not sent again.
""",
    "compare": """
The same request in both modes, aligned by stage and module. = is the same, ◂ ran only on the left, ▸ only on the right, ≠ came out
differently, ~ ran in the other mode too, at another place. Each difference has its reason below. n and N go from one to the next, d hides
what is the same, i swaps the sides.

The side that did not run by itself is a shadow: a worker of the other mode, started for this and counted nowhere, was sent the same request.
""",
    "source": """
The file as it stands on the disk. ▪ marks the values that this place sets itself (Local): all others are inherited, or said for another
place, which ◂ names beside its location tag. Open the same file from a site's page, and what is marked is the site's own.

n and N go to the next and the previous line that has a problem or matches. e opens the file in your own editor; it is read again afterwards.
""",
    "log": "What the pool's workers and the service wrote about this pool, newest last.",
}
