"""The plan's lists: words that must not stand in public, forms that are commonly mistaken, leaders and their posts."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.guard.detectors.base import Lists, Match, Scene, TextDetector

_REACH = 16


def _awake(text: str, lists: Lists) -> bool:
    return any(
        pattern is not None and pattern.search(text) is not None
        for pattern in (lists.forbidden, lists.mistaken, lists.leaders)
    )


def _find(text: str, scene: Scene) -> Iterator[Match]:
    lists = scene.lists
    if lists.forbidden:
        for found in lists.forbidden.finditer(text):
            yield Match("forbidden", found.start(), found.end(), shown=True)
    if lists.mistaken:
        for found in lists.mistaken.finditer(text):
            right = lists.right.get(found[0])
            if right is None:
                continue
            yield Match("mistaken", found.start(), found.end(), masked=right, shown=True, words={"right": right})
    yield from _posts(text, lists)


def _posts(text: str, lists: Lists) -> Iterator[Match]:
    """Yield posts that stand right before a leader's name and are not this leader's."""
    if lists.leaders is None or lists.any_post is None:
        return
    for found in lists.leaders.finditer(text):
        before = text[max(0, found.start() - _REACH) : found.start()]
        post = next(iter(reversed(list(lists.any_post.finditer(before)))), None)
        own = lists.posts[found[0]]
        if post is None or before[post.end() :].strip(" 　、") or post[0] in own:
            continue
        start = found.start() - len(before) + post.start()
        right = own[0] if len(own) == 1 else None
        yield Match("post", start, start + len(post[0]), masked=right, shown=True, words={"right": "、".join(own)})


WORDING = TextDetector(("forbidden", "mistaken", "post"), _awake, _find)
