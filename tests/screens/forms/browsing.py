"""What a browser without scripts does with a form: reads its inputs and posts them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string


class Form(HTMLParser):
    """The inputs of a page with their values, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.buttons: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.described: list[str] = []
        self._text: str | None = None
        self._options: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: dict[str, Any] = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found.get("href", ""))
        self.described += (found.get("aria-describedby") or "").split()
        name = found.get("name", "")
        if tag == "input" and name:
            kind = found.get("type", "text")
            if kind == "file" or (kind in ("radio", "checkbox") and "checked" not in found):
                return
            self.pairs.append((name, found.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._in, self._text = name, ""
        elif tag == "select":
            self._in, self._options = name, []
        elif tag == "option" and "selected" in found:
            self._options.append(found.get("value", ""))
        elif tag == "button":
            self.buttons.append(found.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            # A browser drops the first break, and sends the others as the network wants them.
            self.pairs.append((self._in, self._text.removeprefix("\n").replace("\n", "\r\n")))
            self._text = None
        elif tag == "select":
            self.pairs.append((self._in, self._options[-1] if self._options else ""))


def shown(form: Any) -> str:
    """Return the HTML of a form."""
    return render_to_string("screens/forms/form.html", {"form": form})


def posted(form: Any, **more: str) -> QueryDict:
    """Return what a browser posts for a form, with some inputs changed (``__`` stands for a hyphen)."""
    post = QueryDict(mutable=True)
    for name, value in Form(shown(form)).pairs:
        post.appendlist(name, value)
    for name, value in more.items():
        post["do" if name == "do" else "f-" + name.replace("__", "-")] = value
    return post
