"""Making texts readable, one or many in the caller's transaction; who may ask for it has been asked before.

The work falls in two: ``prepare`` reads and judges and needs no transaction, ``write`` changes rows, all of a table in
one statement, so that a thousand texts of one minute are out within a second.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Model, Q, TextChoices
from django.utils.translation import gettext as _

from sunlit.calendars import rules, working_days
from sunlit.ledger import bulk, commitments
from sunlit.ledger.actions import append_many
from sunlit.plan import selectors as plans
from sunlit.plan.language import Kind, Plan
from sunlit.records import attaching, documents, gates, linking, numbering, references, rendition, shelving, working
from sunlit.records.acts import clearing, journal
from sunlit.records.acts.drafting import check_complete
from sunlit.records.acts.rules import ActRefused, expect_record, kind_in, local_day
from sunlit.records.models import Attachment, Bundle, BundleState, Member, Record, Relation, Revision, Waiver
from sunlit.records.states import RecordState, RevisionState, Validity
from sunlit.units.actors import Actor

_REOPENED = (RecordState.DRAFT, RecordState.LIVE, RecordState.WITHDRAWN, RecordState.UNPUBLISHED)
_NOTE_LENGTH = 500


class TextRefused(ActRefused):
    """Says which of several texts cannot be released, and why."""

    def __init__(self, revision: Revision, refusal: ActRefused) -> None:
        super().__init__(refusal.reason, refusal.errors)
        self.revision = revision


@dataclass(slots=True)
class Wording:
    """A text that is ready to be released, and what follows from it."""

    revision: Revision
    plan: Plan
    kind: Kind
    payload: Mapping[str, Any]
    shown: Mapping[str, Any]
    title: str

    @property
    def record(self) -> Record:
        """Return the record whose text it is."""
        return self.revision.record


def release(
    revisions: Iterable[Revision], *, actor: Actor, now: datetime, bundle: Bundle | None = None
) -> list[Revision]:
    """Release texts in one moment, those that others name first; raise TextRefused for the first that cannot be."""
    plan = plans.current()
    ordered = references.in_order([(revision, kind_in(plan, revision.record.kind)) for revision in revisions])
    numbers = _allot(plan, [revision.record for revision in ordered], now)
    slugs = {pk: number.slug for pk, number in numbers.items()}
    slugs |= {one.record_id: one.record.slug for one in ordered if one.record.slug}
    wordings = [prepare(revision, plan, slugs) for revision in ordered]
    judge(wordings, slugs)
    write(wordings, numbers, actor=actor, now=now, bundle=bundle)
    return ordered


def release_prepared(wordings: Sequence[Wording], *, actor: Actor, now: datetime) -> None:
    """Release texts that were prepared and judged one by one, in one moment or none of them."""
    numbers = _allot(wordings[0].plan, [one.record for one in wordings], now)
    write(wordings, numbers, actor=actor, now=now, bundle=None)


def prepare(revision: Revision, plan: Plan, slugs: Mapping[int, str] | None = None) -> Wording:
    """Return a text ready for release under a plan; raise TextRefused if it is not complete or not to be public.

    ``slugs`` are the addresses of what is released in the same moment.
    """
    try:
        expect_record(revision.record, *_REOPENED)
        kind = kind_in(plan, revision.record.kind)
        payload = _payload(plan, kind, revision, slugs or {})
        clearing.expect_clean(revision, plan, kind, payload)
    except ActRefused as refusal:
        raise TextRefused(revision, refusal) from refusal
    shown = rendition.public(kind, payload)
    return Wording(revision, plan, kind, payload, shown, rendition.title(kind, plan, shown, revision.record.unit.code))


def judge(wordings: Sequence[Wording], slugs: Mapping[int, str] | None = None) -> None:
    """Raise TextRefused for a text that the plan does not let out without another one."""
    for one in wordings:
        if sentence := gates.missing(one, wordings, slugs or {}):
            raise TextRefused(one.revision, ActRefused(sentence))


def expiry(kind: Kind, payload: Mapping[str, Any], published: date) -> date | None:
    """Return the last day of display under the kind's rule, or None if it has none; a minimum is never shortened."""
    rule = kind.settings.expires
    if rule is None:
        return None
    start = payload.get(rule.start) if rule.start else None
    first = date.fromisoformat(start) if start else published
    # Years and months need no working days; the calendar only has to exist.
    return rules.last_day(first, rule.after, rule.unit, "display", working_days())


def write(
    wordings: Sequence[Wording],
    numbers: Mapping[int, numbering.Number],
    *,
    actor: Actor,
    now: datetime,
    bundle: Bundle | None,
) -> None:
    """Change every row that a release changes, in the caller's transaction."""
    _expect_free(wordings, bundle)
    events = {one.record.pk: _event(one.record) for one in wordings}
    before = _linked([one.record.pk for one in wordings])
    _retire(wordings)
    changes = {one.record.pk: _new_record(one, numbers.get(one.record.pk), now) for one in wordings}
    _freeze(wordings, now, changes)
    _swap(
        Record,
        [(one.record, changes[one.record.pk]) for one in wordings],
        {one.record.pk: one.revision for one in wordings},
    )
    for one in wordings:
        one.record.live = one.revision
    for (plan, kind), same in _by_kind(wordings).items():
        shelving.shelve_all(plan, kind, [(one.record, one.shown) for one in same])
    linked = [one for one in wordings if before[one.record.pk] or any(linking.slugs_of(one.kind, one.payload))]
    for one in linked:
        linking.link_fields(one.record, one.kind, one.payload)
    after = _linked([one.record.pk for one in wordings]) if linked else before
    rows = []
    for one in wordings:
        event, was_live = events[one.record.pk]
        tags = sorted(before[one.record.pk] | after[one.record.pk])
        more = [*([] if was_live else [journal.LISTED]), *tags]
        rows.append(journal.publication(one.record, one.revision, event, *more, actor=actor, now=now))
    append_many(rows)
    journal.trace_many([(one.revision, events[one.record.pk][0]) for one in wordings], actor=actor, now=now)
    working.leave([one.revision for one in wordings])


def _payload(plan: Plan, kind: Kind, revision: Revision, slugs: Mapping[int, str]) -> Mapping[str, Any]:
    stored = revision.data
    if not any(references.drafts_in(kind, stored)):
        return check_complete(plan, kind, revision)
    resolved, errors = references.resolve(kind, stored, slugs)
    if errors:
        raise ActRefused(str(errors[0].message), errors)
    return check_complete(plan, kind, Revision(payload=documents.encode(resolved)))


def _expect_free(wordings: Sequence[Wording], bundle: Bundle | None) -> None:
    """Refuse a text that belongs to another bundle: it comes out with that one or not at all."""
    ids = [one.revision.pk for one in wordings]
    held = Member.objects.filter(revision__in=ids, bundle__state=BundleState.OPEN)
    if bundle is not None:
        held = held.exclude(bundle=bundle)
    other = held.values_list("revision", "bundle").first()
    if other is not None:
        revision = next(one.revision for one in wordings if one.revision.pk == other[0])
        sentence = _("This text is in bundle %(bundle)d: release the bundle, or take the text out of it first.")
        raise TextRefused(revision, ActRefused(sentence % {"bundle": other[1]}))


def _event(record: Record) -> tuple[str, bool]:
    was_live = record.state == RecordState.LIVE
    event = "record.published" if record.index_no is None else "record.corrected" if was_live else "record.restored"
    return event, was_live


def _allot(plan: Plan, records: Sequence[Record], now: datetime) -> dict[int, numbering.Number]:
    """Return the index number of each record that has none yet, by its id."""
    new = [record for record in records if record.index_no is None]
    if not new:
        return {}
    try:
        allotted = numbering.allot_many(plan, Counter(record.unit for record in new), local_day(now).year)
    except numbering.NoIndexNumber as error:
        record = next(record for record in new if not record.unit.org9)
        raise ActRefused(
            _("%(unit)s has no organisation code, so its records get no index number. Add the code to the plan.")
            % {"unit": record.unit.name}
        ) from error
    each = {pk: iter(numbers) for pk, numbers in allotted.items()}
    return {record.pk: next(each[record.unit_id]) for record in new}


def _retire(wordings: Sequence[Wording]) -> None:
    """Make room for the next live revisions; the former ones stay readable under their numbers."""
    lives = [(one.record.live, one.revision) for one in wordings if one.record.live is not None]
    if lives:
        behind = {live.pk: revision for live, revision in lives}
        _swap(Revision, [(live, {"state": RevisionState.REPLACED}) for live, _revision in lives], behind)


def _new_record(one: Wording, number: numbering.Number | None, now: datetime) -> dict[str, Any]:
    record = one.record
    published = now if record.index_no is None else record.published_at or now
    validity = record.validity
    if number is not None and one.kind.settings.validity:
        validity = Validity.VALID
    return {
        "state": RecordState.LIVE,
        "live_id": one.revision.pk,
        "title": one.title,
        "changed_at": now,
        "index_no": number.index_no if number else record.index_no,
        "slug": number.slug if number else record.slug,
        "published_at": published,
        "validity": validity,
        "expires_on": expiry(one.kind, one.payload, local_day(published)),
    }


def _freeze(wordings: Sequence[Wording], now: datetime, numbered: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the wordings for good, each with its salt and the commitment to its document."""
    notes = _notes(wordings)
    for one in wordings:
        if documents.encode(one.payload) != one.revision.payload:
            # A text that was cleaned anew may name other files; otherwise they are those of the draft.
            attaching.attach(one.revision, one.kind, one.payload)
    attaching.publish(one.revision.pk for one in wordings if attaching.may_hold_files(one.kind))
    hashes = _hashes(wordings)
    rows = []
    for one in wordings:
        revision, salt = one.revision, commitments.new_salt()
        revision.salt = salt
        document = documents.compose(
            kind=one.kind.code,
            index_no=numbered[one.record.pk]["index_no"],
            number=revision.number,
            unit=one.record.unit.code,
            title=one.title,
            payload=one.shown,
            files=documents.file_commitments(revision, hashes.get(revision.pk, ())),
            published=now,
        )
        changes = {
            "payload": documents.encode(one.payload),
            "shape": one.plan.hash,
            "title": one.title,
            "salt": salt,
            "commitment": commitments.commit(salt, document),
            "note": notes.get(revision.pk, revision.note),
            "published_at": now,
            "scheduled_for": None,
            "state": RevisionState.LIVE,
        }
        rows.append((revision, changes))
    _swap(Revision, rows, {one.revision.pk: one.revision for one in wordings})


def _notes(wordings: Sequence[Wording]) -> dict[int, str]:
    """Return what readers are told beside each text that comes out without what belongs to it."""
    by_id = {one.revision.pk: one for one in wordings if one.kind.settings.released_with}
    notes = {}
    for waiver in Waiver.objects.filter(revision__in=list(by_id)) if by_id else ():
        one = by_id[waiver.revision_id]
        if gates.rule_for(one.kind, one.payload) is not None:
            said = gates.note_of(one.plan, one.kind, waiver.reason)
            notes[waiver.revision_id] = " ".join([one.revision.note, said]).strip()[:_NOTE_LENGTH]
    return notes


def _hashes(wordings: Sequence[Wording]) -> dict[int, list[str]]:
    """Return the SHA-256 of the files of each text, in their order, by the text's id."""
    ids = [one.revision.pk for one in wordings if attaching.may_hold_files(one.kind)]
    found: dict[int, list[str]] = defaultdict(list)
    if ids:
        files = Attachment.objects.filter(revision__in=ids).order_by("revision", "position")
        for pk, sha256 in files.values_list("revision", "file__sha256"):
            found[pk].append(sha256)
    return found


def _by_kind(wordings: Sequence[Wording]) -> dict[tuple[Plan, str], list[Wording]]:
    found: dict[tuple[Plan, str], list[Wording]] = defaultdict(list)
    for one in wordings:
        found[one.plan, one.kind.code].append(one)
    return found


def _linked(records: Sequence[int]) -> dict[int, set[str]]:
    """Return the page tags of the records that each record is linked with, by its id."""
    wanted: dict[int, set[int]] = {pk: set() for pk in records}
    links = Relation.objects.filter(Q(source__in=records) | Q(target__in=records))
    for source, target in links.values_list("source_id", "target_id"):
        for one, other in ((source, target), (target, source)):
            if one in wanted and other != one:
                wanted[one].add(other)
    return {pk: linking.tags_of(others) for pk, others in wanted.items()}


def _swap(
    model: type[Record] | type[Revision],
    rows: Sequence[tuple[Record | Revision, Mapping[str, Any]]],
    behind: Mapping[int, Revision],
) -> None:
    """Change rows of one table, each if nobody else did since it was read; all changes name the same columns.

    Raises TextRefused with the text ``behind`` the row at which someone was quicker.
    """
    columns = list(rows[0][1])
    values = [
        [*(_adapted(changes[name]) for name in columns), row.pk, row.version, str(row.state)] for row, changes in rows
    ]
    update = _update_at_once if connection.vendor == "postgresql" else _update_one_by_one
    changed = update(model, columns, values)
    if changed != len(rows):
        raise TextRefused(
            behind[_overtaken(model, rows)],
            ActRefused(_("A colleague has changed this text meanwhile. Look at it again before you go on.")),
        )
    for row, changes in rows:
        for name, value in changes.items():
            setattr(row, name, value)
        row.version += 1


def _update_one_by_one(model: type[Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> int:
    """Return how many rows took their change, sent as many small statements: the quickest within one process."""
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = %s" for name in columns)
    # Table and columns are our own models', values are parameters.
    statement = (
        f"UPDATE {quote(model._meta.db_table)} SET {sets}, version = version + 1"  # noqa: S608
        " WHERE id = %s AND version = %s AND state = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)


def _update_at_once(model: type[Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> int:
    """Return how many rows took their change, sent as one statement: a server would plan each small one anew."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), [*columns, "id", "version", "state"]
    types = [model._meta.get_field(name).db_type(connection) for name in names]
    sets = ", ".join(f"{quote(name)} = new.c{at}" for at, name in enumerate(columns))
    arrays = ", ".join(f"%s::{one}[]" for one in types)
    aliases = ", ".join(f"c{at}" for at in range(len(names)))
    key = " AND ".join(f"{table}.{name} = new.c{names.index(name, len(columns))}" for name in names[len(columns) :])
    # Table, columns and types are our own models', values are parameters.
    statement = (
        f"UPDATE {table} SET {sets}, version = {table}.version + 1"  # noqa: S608
        f" FROM unnest({arrays}) AS new({aliases}) WHERE {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*values, strict=True)])
        return int(cursor.rowcount)


def _overtaken(
    model: type[Record] | type[Revision], rows: Sequence[tuple[Record | Revision, Mapping[str, Any]]]
) -> int:
    """Return the id of the first row that did not take its change."""
    standing = model._default_manager.filter(pk__in=[row.pk for row, _changes in rows])
    now = {pk: (version, state) for pk, version, state in standing.values_list("pk", "version", "state")}
    expected = ((row.pk, (row.version + 1, str(changes["state"]))) for row, changes in rows)
    return next((pk for pk, state in expected if now.get(pk) != state), rows[0][0].pk)


def _adapted(value: Any) -> Any:
    """Return a value as the database driver takes it."""
    if isinstance(value, datetime):
        return bulk.instant(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value.value if isinstance(value, TextChoices) else value
