"""Which column of a sheet holds which field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sunlit.plan.language import Kind, Plan
from sunlit.plan.payload import cleaner
from sunlit.plan.spelling import nearest

UNIT, SCOPE = "@unit", "@scope"
# What sheets call the unit and the group of a record, unless the kind has a field of that name. ``@unit`` and
# ``@scope`` always mean them.
_SPECIAL = {
    "发布单位": UNIT,
    "公开主体": UNIT,
    "publishing unit": UNIT,
    "unit": UNIT,
    "公开范围": SCOPE,
    "scope": SCOPE,
}
# Columns of a list's own file that say nothing of a new record: a list can be handed in again as it was taken.
IGNORED = "@ignored"
_OWN = ("索引号", "记录标题", "公开时间", "Index number", "Title of the record", "Published")
# Columns that a sheet of mistakes has before those of the clerk's own sheet.
ROW, WRONG, TODO = ("原表行号", "row of the sheet"), ("错在哪里", "what is wrong"), ("怎样改正", "what to do")
_ADORNMENTS = ("*", "＊", "（必填）", "(必填)", "●", "○", "■", "□")


class HeadersRefused(ValueError):
    """Lists what is wrong with the headers of a sheet, a sentence for each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Columns:
    """Positions of the fields in a row, and of unit and scope if the sheet has them."""

    fields: list[tuple[int, str]] = field(default_factory=list)
    unit: int | None = None
    scope: int | None = None


def match(headers: list[str], kind: Kind, plan: Plan, *, unit_is_given: bool, needs_scope: bool) -> Columns:
    """Return where each field stands; raise HeadersRefused naming every unknown, doubled and missing column."""
    known = known_headers(kind, plan)
    found: dict[str, int] = {}
    wrong = []
    for position, header in enumerate(headers):
        name = known.get(_plain(header))
        if name is None:
            if header:
                wrong.append(_unknown(header, position, known))
        elif name == IGNORED:
            continue
        elif name in kind.by_name and kind.by_name[name].type == "file":
            wrong.append(_("Column %(column)d (“%(header)s”): attach files afterwards.") % _place(position, header))
        elif name in found:
            wrong.append(_("Column %(column)d (“%(header)s”) stands twice; remove one.") % _place(position, header))
        else:
            found[name] = position
    wrong += _missing(found, kind, unit_is_given=unit_is_given, needs_scope=needs_scope)
    if wrong:
        raise HeadersRefused(wrong)
    fields = [(position, name) for name, position in found.items() if not name.startswith("@")]
    return Columns(fields, found.get(UNIT), found.get(SCOPE))


def plain(header: str) -> str:
    """Return a header without what adorns it: stars, brackets, spaces, capitals."""
    return _plain(header)


def known_headers(kind: Kind, plan: Plan) -> dict[str, str]:
    """Return what is behind each header that is understood: a field, ``@unit``, ``@scope``, or nothing to take in."""
    own = {_plain(header): name for header, name in cleaner(kind, plan).headers().items()}
    # A name is always the field's own, also where another label differs from it by nothing but its capital.
    own |= {_plain(name): name for name in kind.by_name}
    usual = {_plain(header): name for header, name in _SPECIAL.items()} | {
        _plain(header): IGNORED for header in (*_OWN, *ROW, *WRONG, *TODO)
    }
    return usual | own | {UNIT: UNIT, SCOPE: SCOPE}


def _plain(header: str) -> str:
    plain = unicodedata.normalize("NFKC", header)
    for adornment in _ADORNMENTS:
        plain = plain.replace(unicodedata.normalize("NFKC", adornment), "")
    return "".join(plain.split()).casefold()


def _unknown(header: str, position: int, known: Mapping[str, str]) -> str:
    near = nearest(_plain(header), known)
    if near is not None:
        return _("Column %(column)d (“%(header)s”) is unknown; did you mean “%(near)s”?") % (
            _place(position, header) | {"near": near}
        )
    return _("Column %(column)d (“%(header)s”) is unknown; remove it or see --template.") % _place(position, header)


def _place(position: int, header: str) -> dict[str, object]:
    return {"column": position + 1, "header": header[:40]}


def _missing(found: Mapping[str, int], kind: Kind, *, unit_is_given: bool, needs_scope: bool) -> list[str]:
    missing = [
        _("The column “%(label)s” (%(name)s) is missing and its field is required.")
        % {"label": one.label.zh, "name": one.code or one.name}
        for one in kind.fields
        if one.required.always and one.name not in found
    ]
    if not unit_is_given and UNIT not in found:
        missing.append(_("Nothing says which unit publishes: add a column “发布单位” or use --unit."))
    if unit_is_given and UNIT in found:
        missing.append(_("The sheet has a column for the unit; leave --unit out or remove the column."))
    if needs_scope and SCOPE not in found:
        missing.append(_("These records are for a group: add a column “公开范围” (scope)."))
    return missing
