"""What every check needs: does a reference lead anywhere, is a word in its table, is a name used once."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sunlit.plan import words
from sunlit.plan.gathering import Draft
from sunlit.plan.places import Place
from sunlit.plan.sections import LISTS
from sunlit.plan.spelling import short, suggestion


def expect(draft: Draft, place: Place, code: str | int | None, section: str) -> bool:
    """Tell whether a code names an entry of a section; adds a fault if it does not. None is fine."""
    if code is None or str(code) in draft.known(section):
        return True
    known = draft.known(section)
    draft.report.fault(place, f"There is no {LISTS[section].noun} {short(code)}{suggestion(str(code), known)}")
    return False


def expect_all(draft: Draft, section: str, named: Iterable[tuple[Place, str]]) -> None:
    """Check several references to one section."""
    for place, code in named:
        expect(draft, place, code, section)


def expect_word(draft: Draft, place: Place, word: str | None, table: str) -> bool:
    """Tell whether a word stands in a closed table; adds a fault if it does not. None is fine."""
    known = words.TABLES[table]
    if word is None or word in known:
        return True
    draft.report.fault(place, f"Unknown {table} {short(word)}{suggestion(word, list(known))}")
    return False


def expect_name(draft: Draft, place: Place, name: str, known: Collection[str], noun: str) -> bool:
    """Tell whether a name is among those declared beside it; adds a fault if it is not."""
    if name in known:
        return True
    draft.report.fault(place, f"There is no {noun} {short(name)}{suggestion(name, known)}")
    return False


def once(draft: Draft, named: Iterable[tuple[Place, str]], noun: str) -> None:
    """Check that each name is used once; each repetition is a fault."""
    first: dict[str, Place] = {}
    for place, name in named:
        if name in first:
            where = first[name]
            sentence = f"The {noun} {short(name)} is declared a second time (first in {where.file}:{where.line})"
            draft.report.fault(place, sentence + "; rename or remove one.")
        else:
            first[name] = place


def cycles(edges: dict[str, Collection[str]]) -> list[list[str]]:
    """Return every cycle of a directed graph once, as the names along it."""
    done: set[str] = set()
    found: list[list[str]] = []
    for start in edges:
        if start in done:
            continue
        path: list[str] = []
        index: dict[str, int] = {}
        stack = [(start, iter(edges[start]))]
        index[start] = 0
        path.append(start)
        while stack:
            node, following = stack[-1]
            step = next(following, None)
            if step is None:
                stack.pop()
                path.pop()
                del index[node]
                done.add(node)
            elif step in index:
                found.append(path[index[step] :])
            elif step not in done and step in edges:
                index[step] = len(path)
                path.append(step)
                stack.append((step, iter(edges[step])))
    return found
