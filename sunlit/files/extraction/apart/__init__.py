"""Reads files in a process of its own. Nothing here knows Django, the database or the instance.

``main`` is started as a script; it limits itself first and loads the libraries that parse afterwards.
"""
