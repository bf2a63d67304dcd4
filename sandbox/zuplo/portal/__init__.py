"""A STAND-IN for the API that Zuplo's developer portal calls for its API keys page.

Paths and shapes: what zudoku 0.76.0 sends and reads, as measured. How the real server
responds and decides is not published: every rule here is INVENTED, but for those that
name a source.
"""
