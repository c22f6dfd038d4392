"""The path for browsers that run no scripts: the server does the browser's part, in memory, and says so.

A package of its own, above the site: nothing in ``site`` can reach what opens a cell
(docs/decisions/0010-noscript.md).
"""
