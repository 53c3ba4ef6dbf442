"""Suining as tests know it: its real plan, people in every role, and a record of every kind, audience and fate.

Every word that must stay hidden is marked, so that a test finds it in whatever an address answers. Run as a module, it
fills the instance at ``SUNLIT_HOME`` for tests that drive a real server.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

PLAN = Path(__file__).resolve().parent.parent / "plans" / "suining"
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
PHRASE = "a long enough phrase"
MARK = "ZQX"
"""Every hidden word begins with it; nothing else in the city does."""
KNOWN = "stub-title"
"""Stands in the titles of records for a group, which everyone may know."""


def pdf(word: str) -> bytes:
    """Return a file that holds a word and is of a type that may be attached."""
    return f"%PDF-1.4\n% {word}\n%%EOF\n".encode()


@dataclass(frozen=True)
class Specimen:
    """A record whose every word is known: its mark stands in its title, its payload and its file."""

    name: str
    pk: int
    slug: str
    kind: str
    audience: str
    scope: str
    unit: str
    mark: str
    status: int
    file: str = ""


@dataclass
class City:
    """What was built, by name."""

    people: dict[str, int] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    specimens: dict[str, Specimen] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    elsewhere: str = ""

    def __getitem__(self, name: str) -> Specimen:
        return self.specimens[name]


class Builder:
    """Builds the city through the acts, as its staff would."""

    def __init__(self, now: datetime = NOW, directory: Path = PLAN) -> None:
        from sunlit.plan.checks import check_directory

        self.directory = directory
        checked = check_directory(directory)
        assert checked.plan is not None, "\n".join(str(fault) for fault in checked.faults)
        self.plan, self.examples, self.now, self.city = checked.plan, checked.examples, now, City()
        self.minutes = 0
        self.actors: dict[str, Any] = {}

    def build(self) -> City:
        """Apply the plan, publish every example and every specimen, and let the ledger catch up."""
        from sunlit.config import applying, registry

        applying.apply(self.plan, registry.plan_parts(), today=self.now.date(), now=self.now)
        self._staff()
        self._examples()
        self._specimens()
        self._readers()
        settle(self.now + timedelta(days=1))
        return self.city

    def build_examples(self) -> City:
        """Apply the plan, publish every example, and let the ledger catch up."""
        from sunlit.config import applying, registry

        applying.apply(self.plan, registry.plan_parts(), today=self.now.date(), now=self.now)
        self._staff()
        self._examples()
        settle(self.now + timedelta(minutes=self.minutes))
        return self.city

    def _staff(self) -> None:
        from sunlit.units import actors
        from sunlit.units.models import Unit
        from sunlit.units.roles import Role

        self.root = Unit.objects.get(code=self.plan.head.root)
        for role in (Role.EDITOR, Role.REVIEWER, Role.LEGAL_REVIEWER, Role.SECRECY_REVIEWER, Role.APPROVER):
            user = self._person(f"staff-{role}", (role, self.root))
            self.actors[role.value] = actors.of(user, self.root, role)

    def _person(self, name: str, *roles: tuple[Any, Any], groups: tuple[str, ...] = (), **more: Any) -> Any:
        from sunlit.units.actions import create_user, grant, join_group

        user = create_user(name, PHRASE)
        for role, unit in roles:
            grant(user, unit, role, since=LONG_AGO, **more)
        for scope in groups:
            group, _, key = scope.partition(":")
            join_group(user, group, key, since=LONG_AGO, **more)
        self.city.people[name] = user.pk
        return user

    def _next(self) -> datetime:
        self.minutes += 1
        return self.now + timedelta(minutes=self.minutes)

    def _examples(self) -> None:
        """Publish every example, those that point to others last."""
        from sunlit.plan.examples import with_files
        from sunlit.records.models import Record

        def points(example: Any) -> bool:
            return any(
                one.type == "record" and one.name in example.data for one in self.plan.kinds[example.kind].fields
            )

        for example in sorted(self.examples, key=points):
            kind = self.plan.kinds[example.kind]
            self._store_files(kind, example.data)
            data = self._pointed(kind, with_files(kind, example.data, self.directory))
            self.city.hidden += hidden_words(kind, data)
            record = self.publish(
                example.kind, example.unit, data, scope=example.scope or "", audience=example.audience
            )
            self.city.slugs.setdefault(example.kind, Record.objects.get(pk=record.pk).slug or "")
        # Of made-up people some are named in one example and hidden in another: only what none shows gives a leak away.
        shown = "\n".join(
            text for example in self.examples for text in shown_words(self.plan.kinds[example.kind], example)
        )
        self.city.hidden = [word for word in self.city.hidden if word not in shown]

    def _store_files(self, kind: Any, data: Mapping[str, Any]) -> None:
        from sunlit.files import actions as files

        for one in kind.fields:
            named = data.get(one.name)
            if one.type != "file" or not named:
                continue
            for name in named if isinstance(named, list | tuple) else [named]:
                files.store(io.BytesIO((self.directory / "examples" / "files" / name).read_bytes()), name)

    def _pointed(self, kind: Any, data: dict[str, Any]) -> dict[str, Any]:
        """Point fields of type record to records that exist."""
        for one in kind.fields:
            if one.type == "record" and one.name in data:
                slug = next(self.city.slugs[other] for other in one.kinds if other in self.city.slugs)
                data[one.name] = [slug] if one.multiple else slug
        return data

    def publish(self, kind: str, unit: str, data: Mapping[str, Any], *, at: datetime | None = None, **more: Any) -> Any:
        """Take a record through every hand and publish it."""
        return self.bring_live(self.draft(kind, unit, data, at=at, **more), at or self._next()).record

    def draft(self, kind: str, unit: str, data: Mapping[str, Any], *, at: datetime | None = None, **more: Any) -> Any:
        """Write a draft."""
        from sunlit.records import acts
        from sunlit.units.models import Unit

        who = self.actors["editor"]
        return acts.draft(kind, Unit.objects.get(code=unit), data, actor=who, now=at or self._next(), **more)

    def review(self, revision: Any, now: datetime) -> Any:
        """Take a draft through every review."""
        from sunlit.records import acts
        from sunlit.records.steps import steps_of

        acts.submit(revision, actor=self.actors["editor"], now=now)
        for step in steps_of(self.plan.kinds[revision.record.kind]):
            acts.take_step(revision, step.name, actor=self.actors[step.role.value], now=now)
        return revision

    def approve(self, revision: Any, now: datetime) -> Any:
        """Take a draft through every review, and let it come out alone."""
        from sunlit.records import acts

        self.review(revision, now)
        if self.plan.kinds[revision.record.kind].settings.released_with is not None:
            acts.waive(revision, actor=self.actors["approver"], now=now, reason="样例单独发布")
        return revision

    def bring_live(self, revision: Any, now: datetime) -> Any:
        """Take a draft through every review and publish it."""
        from sunlit.records import acts

        return acts.publish(self.approve(revision, now), actor=self.actors["approver"], now=now)

    # The specimens -------------------------------------------------------------------------------------------------

    def example_of(self, kind: str) -> Any:
        """Return the first example of a kind."""
        return next(one for one in self.examples if one.kind == kind)

    def kind_for(self, audience: str, *, with_file: bool = False) -> str:
        """Return a kind whose records are for an audience, one with files if there is any."""
        kinds = [kind for kind in self.plan.kinds.values() if kind.settings.audience == audience]
        filed = [kind for kind in kinds if any(one.type == "file" and one.show == "public" for one in kind.fields)]
        return (filed or kinds)[0].code

    def marked(self, code: str, mark: str) -> dict[str, Any]:
        """Return the data of a kind's example with a mark in every text and in a file."""
        from sunlit.files import actions as files
        from sunlit.plan.examples import with_files

        kind, example = self.plan.kinds[code], self.example_of(code)
        self._store_files(kind, example.data)
        data = self._pointed(kind, with_files(kind, example.data, self.directory))
        for one in kind.fields:
            if one.type in ("text", "richtext") and one.name in data:
                # Everyone may know the title of what a group is told, and nothing else of it.
                is_known = kind.settings.audience == "group" and f"{{{one.name}}}" in kind.show.title
                data[one.name] = _with_mark(one, data[one.name], KNOWN if is_known else mark)
            elif one.type == "table" and one.name in data:
                data[one.name] = [_marked_row(one.columns, row, mark) for row in data[one.name]]
            elif one.type == "file":
                stored = files.store(io.BytesIO(pdf(mark)), f"{mark}.pdf")
                value = {"sha256": stored.sha256, "name": f"{mark}.pdf", "size": stored.size, "type": stored.type}
                data[one.name] = [value] if one.multiple else value
        return data

    def _specimen(self, name: str, record: Any, mark: str, *, status: int = 200) -> None:
        from sunlit.records.models import Record

        row = Record.objects.select_related("unit", "live").get(pk=record.pk)
        shown = [one.name for one in self.plan.kinds[row.kind].fields if one.type == "file" and one.show == "public"]
        has_file = row.live is not None and row.live.attachments.filter(field__in=shown).exists()
        self.city.specimens[name] = Specimen(
            name,
            row.pk,
            row.slug or "",
            row.kind,
            row.audience,
            row.scope,
            row.unit.code,
            mark,
            status,
            f"{mark}.pdf" if has_file else "",
        )

    def _specimens(self) -> None:
        for audience in ("public", "group", "staff", "sealed"):
            code = "policy" if audience == "public" else self.kind_for(audience)
            example, mark = self.example_of(code), f"{MARK}{audience.upper()}"
            scope = {"group": f"{self.plan.kinds[code].settings.group}:specimen", "sealed": "named:roster"}.get(
                audience, ""
            )
            record = self.publish(code, example.unit, self.marked(code, mark), scope=scope, audience=audience)
            self._specimen(audience, record, mark)
        for name, fate in FATES.items():
            mark = f"{MARK}{name.upper()}"
            record = fate(self, mark)
            self._specimen(name, record, mark, status=STATUS.get(name, 404))

    def a_policy(self, mark: str, *, at: datetime | None = None) -> Any:
        """Publish a marked policy."""
        return self.publish("policy", self.example_of("policy").unit, self.marked("policy", mark), at=at)

    def a_draft(self, mark: str) -> Any:
        """Draft a marked policy."""
        return self.draft("policy", self.example_of("policy").unit, self.marked("policy", mark))

    # The readers ---------------------------------------------------------------------------------------------------

    def _readers(self) -> None:
        from django.contrib.auth import get_user_model

        from sunlit.units.models import Unit
        from sunlit.units.roles import Role

        closed = [self.city[name] for name in ("group", "staff", "sealed")]
        units = {one.unit for one in closed}
        here = list(Unit.objects.filter(code__in=units))
        above = [self.root]
        away = Unit.objects.filter(level="county", closed=None).order_by("path")
        apart = next(one for one in away if not any(unit.path.startswith(one.path) for unit in here))
        self.city.elsewhere = apart.code
        for role in Role:
            for place, held in (("here", here), ("above", above), ("elsewhere", [apart])):
                self._person(f"{role}-{place}", *[(role, unit) for unit in held])
        scopes = tuple(one.scope for one in closed if one.scope)
        self._person("member", groups=scopes)
        self._person("other-member", groups=("village:nowhere", "range:nowhere", "named:nobody"))
        self._person("former-member", groups=scopes, until=date(2021, 1, 1))
        self._person("former-editor", *[(Role.EDITOR, unit) for unit in (*here, self.root)], until=date(2021, 1, 1))
        root = self._person("superuser")
        get_user_model().objects.filter(pk=root.pk).update(is_superuser=True, is_staff=True)


def _with_mark(one: Any, value: Any, mark: str) -> str:
    room = (one.max_length or 10_000) - len(mark) - 1
    if one.type == "richtext":
        return f"<p>{value}{mark}</p>"
    return f"{str(value)[:room]} {mark}" if room > 0 else str(value)


def _marked_row(columns: Any, row: Mapping[str, Any], mark: str) -> dict[str, Any]:
    known = {one.name: one for one in columns}
    return {
        name: _with_mark(known[name], value, mark) if name in known and known[name].type == "text" else value
        for name, value in row.items()
    }


def hidden_words(kind: Any, data: Mapping[str, Any]) -> list[str]:
    """Return what of an example no page may show: identity numbers, full names that are masked, internal texts."""
    found = []
    for one in kind.fields:
        value = data.get(one.name)
        if one.type == "table" and value:
            for row in value:
                found += [str(row[column.name]) for column in one.columns if is_hidden(column) and row.get(column.name)]
        elif is_hidden(one) and value:
            found += [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
    return [word for word in found if len(word) > 1]


def shown_words(kind: Any, example: Any) -> list[str]:
    """Return what of an example its readers see, in the words in which it was typed."""
    found = []
    for one in kind.fields:
        value = example.data.get(one.name)
        if one.type == "table" and value and one.show != "internal":
            open_columns = [column.name for column in one.columns if not is_hidden(column)]
            found += [str(row.get(name, "")) for row in value for name in open_columns]
        elif value and not is_hidden(one):
            found.append(str(value))
    return found


def is_hidden(one: Any) -> bool:
    """Tell whether the words of a field or column stay hidden from every reader."""
    if one.type not in ("text", "richtext", "person", "id_number", "phone"):
        return False
    return one.show == "internal" or one.type == "id_number" or one.mask in ("full", "surname")


def settle(now: datetime) -> None:
    """Let the ledger and everything that follows it catch up."""
    from sunlit.config import registry
    from sunlit.ledger import sequencer
    from sunlit.ledger.followers import run_once

    while sequencer.sequence(10_000, now=now):
        pass
    while run_once(registry.followers(), now=now):
        pass
    sequencer.sign_checkpoint(now=now)


# What becomes of records: each is marked, published or not, and then meets its fate -------------------------------


def _corrected(build: Builder, mark: str) -> Any:
    from sunlit.records import acts

    record = build.a_policy(f"{mark}OLD")
    revision = acts.correct(record, actor=build.actors["editor"], now=build._next(), note="更正文字")
    acts.edit(revision, build.marked("policy", mark), actor=build.actors["editor"], now=build._next())
    build.bring_live(revision, build._next())
    return record


def _withdrawn(build: Builder, mark: str) -> Any:
    from sunlit.records import acts

    record = build.a_policy(mark)
    acts.withdraw(record, actor=build.actors["approver"], now=build._next(), reason="文件依据已经改变")
    return record


def _superseded(build: Builder, mark: str) -> Any:
    from sunlit.records import acts
    from sunlit.records.models import Record

    record, successor = build.a_policy(mark), Record.objects.get(pk=build.city["public"].pk)
    acts.supersede(record, successor, actor=build.actors["approver"], now=build._next(), reason="已有新的办法")
    return record


def _unpublished(build: Builder, mark: str) -> Any:
    from sunlit.records import acts

    record = build.a_policy(mark)
    acts.unpublish(record, actor=build.actors["approver"], now=build._next(), reason="不应公开", basis="条例第十四条")
    return record


def _erased(build: Builder, mark: str) -> Any:
    from sunlit.records import acts

    record = build.a_policy(mark)
    why = {"reason": "当事人请求", "basis": "个人信息保护法第四十七条"}
    acts.erase(record, actor=build.actors["approver"], now=build._next(), **why)
    return record


def _expired(build: Builder, mark: str) -> Any:
    from sunlit.records import acts
    from sunlit.records.models import Record

    code, long_ago = "penalty-decision", datetime(2021, 5, 10, 2, tzinfo=UTC)
    data = {**build.marked(code, mark), "decided_on": "2021-05-06"}
    record = build.publish(code, build.example_of(code).unit, data, at=long_ago)
    record = Record.objects.get(pk=record.pk)
    acts.expire(record, actor=build.actors["approver"], now=build._next())
    return record


def _draft(build: Builder, mark: str) -> Any:
    return build.a_draft(mark).record


def _submitted(build: Builder, mark: str) -> Any:
    from sunlit.records import acts

    revision = build.a_draft(mark)
    acts.submit(revision, actor=build.actors["editor"], now=build._next())
    return revision.record


def _scheduled(build: Builder, mark: str) -> Any:
    from sunlit.records import acts

    revision = build.approve(build.a_draft(mark), build._next())
    acts.schedule(revision, build.now + timedelta(days=3650), actor=build.actors["approver"], now=build._next())
    return revision.record


def _staged(build: Builder, mark: str) -> Any:
    """Publish a record as part of an import that is not released."""
    from sunlit.ledger.models import Pending
    from sunlit.records.models import Batch, Record, Slot
    from sunlit.records.states import BatchState

    record = build.a_policy(mark)
    batch = Batch.objects.create(
        kind="policy",
        state=BatchState.STAGED,
        shape=build.plan.hash,
        file_name="policies.csv",
        file_sha256="0" * 64,
        author_id=build.actors["editor"].user_id,
        approver_id=build.actors["approver"].user_id,
        started_at=build.now,
    )
    # An import enters the ledger, and the counters, when it is released.
    Pending.objects.filter(subject=record.subject, event="record.published").delete()
    Record.objects.filter(pk=record.pk).update(batch_id=batch.pk)
    Slot.objects.filter(record_id=record.pk).update(batch_id=batch.pk)
    return record


FATES: dict[str, Callable[[Builder, str], Any]] = {
    "corrected": _corrected,
    "withdrawn": _withdrawn,
    "superseded": _superseded,
    "unpublished": _unpublished,
    "erased": _erased,
    "expired": _expired,
    "draft": _draft,
    "submitted": _submitted,
    "scheduled": _scheduled,
    "staged": _staged,
}
STATUS = {"corrected": 200, "withdrawn": 200, "superseded": 200, "unpublished": 410, "erased": 410, "expired": 410}
"""How the address of a public record answers after its fate; any other is not found."""


def main() -> None:
    """Fill the instance at ``SUNLIT_HOME``, have search follow, and say where the specimens are."""
    import json

    import django

    django.setup()
    from sunlit.search import following

    city = Builder(datetime.now(UTC) - timedelta(days=2)).build()
    following.catch_up()
    print(json.dumps({name: one.slug for name, one in city.specimens.items()} | city.slugs))


if __name__ == "__main__":
    main()
