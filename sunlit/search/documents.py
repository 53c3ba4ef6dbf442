"""What is indexed of a thing, and the tokens that every engine is given."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sunlit.search.analysis import Words, fold
from sunlit.search.analysis.pairs import pairs_of_folded

SHELVES = ("public", "group", "staff", "sealed")
"""One index for each audience: what others may not see is not even counted among what they find."""

_KEY_BITS = 48
MOST = (1 << _KEY_BITS) - 1
LONGEST_BODY = 200_000
_STEP = 4  # digits of a unit's path for each level
HEAD = 8
"""So many characters of a beginning are looked up; of longer ones the titles themselves are compared."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found. ``sort`` is the code of its type, ``id`` its number within the type.

    ``place`` is the path of the unit that it belongs to, ``day`` the day by which it is sorted, as 20250131, and
    ``numbers`` are the normal forms of what it is known by, ``also`` what else it is called. ``weight`` is below
    one for what is ranked down, such as what is no longer in force.
    """

    sort: int
    id: int
    title: str
    body: str = ""
    numbers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    kind: str = ""
    place: str = ""
    day: int = 0
    validity: str = ""
    weight: float = 1.0
    audience: str = "public"
    scope: str = ""

    @property
    def key(self) -> int:
        """Name it among everything that can be found."""
        return key_of(self.sort, self.id)


@dataclass(frozen=True, slots=True)
class Fields:
    """A document as tokens: words and pairs of title and body, and what is filtered, counted and sorted by."""

    key: int
    sort: int
    title_words: str
    title_pairs: str
    body_words: str
    body_pairs: str
    numbers: tuple[str, ...]
    heads: tuple[str, ...]
    kind: str
    place: str
    tree: tuple[str, ...]
    day: int
    year: int
    validity: str
    weight: float
    same: int
    doors: tuple[str, ...]


def key_of(sort: int, number: int) -> int:
    """Return the key of the thing with a number within a type."""
    return (sort << _KEY_BITS) | number


def parts_of(key: int) -> tuple[int, int]:
    """Return the type and the number within it."""
    return key >> _KEY_BITS, key & MOST


def number_for(name: str) -> int:
    """Return a number for a thing that has only a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:5])


def fields_of(document: Document, words: Words) -> Fields:
    """Return the tokens of a document."""
    # What else a thing is called counts as part of its title.
    title = fold("\n".join((document.title, *document.also)))
    body = fold(document.body[:LONGEST_BODY])
    return Fields(
        key=document.key,
        sort=document.sort,
        title_words=" ".join(words.cut_folded(title)),
        title_pairs=" ".join(pairs_of_folded(title)),
        body_words=" ".join(words.cut_folded(body)),
        body_pairs=" ".join(pairs_of_folded(body)),
        numbers=document.numbers,
        heads=heads_of(document.title),
        kind=document.kind,
        place=document.place,
        tree=tree_of(document.place),
        day=document.day,
        year=document.day // 10_000,
        validity=document.validity,
        weight=document.weight,
        same=_same(document, title),
        doors=_doors(document),
    )


def tree_of(place: str) -> tuple[str, ...]:
    """Return a unit's path and those of all units above it."""
    return tuple(place[:end] for end in range(_STEP, len(place) + 1, _STEP))


def heads_of(title: str) -> tuple[str, ...]:
    """Return what a reader may have typed who means a title: beginnings of it, and of what follows 关于."""
    head = fold(title).strip()
    _, about, rest = head.partition("关于")
    heads = (head, rest) if about else (head,)
    # Every length of its own: to go through all titles that begin with two characters would take too long.
    return tuple(dict.fromkeys(one[:end] for one in heads for end in range(2, min(len(one), HEAD) + 1)))


def begins(title: str, prefix: str) -> bool:
    """Tell whether a title, or what follows 关于 in it, begins with a folded text."""
    head = fold(title).strip()
    return head.startswith(prefix) or head.partition("关于")[2].startswith(prefix)


def doors_for(scopes: Sequence[str], below: Sequence[str], at: Sequence[str]) -> tuple[str, ...]:
    """Return the doors that are open to someone: by group, by work on units and all below, by being on their staff."""
    return (*(f"s{one}" for one in scopes), *(f"b{one}" for one in below), *(f"u{one}" for one in at))


def _doors(document: Document) -> tuple[str, ...]:
    scope = (document.scope,) if document.scope else ()
    tree = tree_of(document.place)
    match document.audience:
        case "group":
            return doors_for(scope, tree, ())
        case "staff":
            return doors_for((), tree, (document.place,))
        case "sealed":
            return doors_for(scope, (), ())
    return ()


def _same(document: Document, title: str) -> int:
    """Return a number that is the same for what one unit has put out several times under one title."""
    name = f"{document.sort}\0{document.kind}\0{document.place}\0{''.join(title.split())}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])
