"""Every address of the site, asked by every kind of person about every kind of record.

The list of addresses is read from the URL configuration. An address that is new fails here until ``QUESTIONS`` says
what to ask of it; then it is asked by everyone, and whatever it answers may not hold one word of a record that the
asker may not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from django.utils.translation import override

from sunlit.calendars import clock
from sunlit.units.roles import WORKING, Role
from tests.city import FATES, MARK, City, Specimen

pytestmark = pytest.mark.django_db(databases="__all__")

LANGUAGES = ("zh-hans", "zh-hant", "en")
PLACES = ("here", "above", "elsewhere")
DESK = "workbench:"
ROOT = "suining"
OTHERS = ("", "member", "other-member", "former-member", "former-editor", "superuser")
READERS = (*OTHERS, *(f"{role}-{place}" for role in Role for place in PLACES))
SPECIMENS = ("public", "group", "staff", "sealed", *FATES)
UNSEEN = ("group", "staff", "sealed", "unpublished", "draft", "staged")
FEW = ("", "member", "editor-here", "system_administrator-above")
"""Who asks in the other languages: the words change there, who may see them does not."""


@dataclass(frozen=True)
class Question:
    """One address to ask; ``about`` names the specimen that it is about."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    about: str = ""


Ask = Callable[[City], list[Question]]


def plainly(city: City) -> list[Question]:
    return [Question()]


def of_records(**more: Any) -> Ask:
    def ask(city: City) -> list[Question]:
        return [Question({"slug": one.slug, **more}, about=one.name) for one in city.specimens.values() if one.slug]

    return ask


def of_files(city: City) -> list[Question]:
    named = [one for one in city.specimens.values() if one.slug]
    return [
        Question({"slug": one.slug, "position": 1, "name": one.file or f"{one.mark}.pdf"}, about=one.name)
        for one in named
    ]


def of_kinds(city: City) -> list[Question]:
    kinds = {one.kind for one in city.specimens.values()}
    asked = [Question({"code": kind}) for kind in sorted(kinds)]
    return [*asked, Question({"code": "policy"}, {"year": "2026", "unit": city["public"].unit})]


def of_units(city: City) -> list[Question]:
    return [Question({"code": code}) for code in sorted({one.unit for one in city.specimens.values()})]


def searches(city: City) -> list[Question]:
    """Ask for all but the last letter of each mark, which stands in title, text and file, and of each hidden word.

    A page repeats what was asked, and must not complete it, nor count it among what a filter leaves.
    """
    words = [city[name].mark[:-1] for name in UNSEEN]
    inside = [word[:-1] for word in city.hidden if len(word) > 3][:8]
    narrowed = [{"q": city[name].mark[:-1], "kind": city[name].kind, "unit": city[name].unit} for name in UNSEEN]
    asked = [{"q": each} for each in ("", MARK, *words, f'"{words[0]}"', *inside)]
    return [Question(query=each) for each in (*asked, *narrowed, {"kind": city["staff"].kind, "sort": "date"})]


def beginnings(city: City) -> list[Question]:
    """Ask what is offered for the beginning of every title, whoever may know it, and of every mark."""
    from sunlit.records.models import Record

    titles = Record.objects.filter(pk__in=[city[name].pk for name in UNSEEN]).values_list("title", flat=True)
    starts = {title[:length] for title in titles for length in (2, 6) if title}
    return [
        Question(query={"q": each})
        for each in (*sorted(starts), MARK, "关于", *(city[name].mark[:-1] for name in UNSEEN))
    ]


def days(city: City) -> list[Question]:
    return [Question({"day": day}) for day in (clock.today().isoformat(), "2020-01-01", "tomorrow")]


def catalogues(city: City) -> list[Question]:
    return [Question(), Question(query={"year": "2026"})]


def entries(city: City) -> list[Question]:
    from sunlit.ledger.selectors import head

    return [
        Question({"address": address}) for address in ("0/000", "entries/000", f"entries/000.p/{head().size % 256}")
    ]


def positions(city: City) -> list[Question]:
    from sunlit.ledger.models import Entry

    subjects = [f"record:{one.pk}" for one in city.specimens.values() if one.audience != "public" or one.status != 200]
    found = Entry.objects.filter(subject__in=subjects).values_list("position", flat=True)[:12]
    return [Question({"position": position}) for position in found]


def of_processes(city: City) -> list[Question]:
    from sunlit.plan.selectors import current

    codes = sorted(current().processes)
    return [*(Question({"code": code}) for code in codes), Question({"code": codes[0]}, {"gaps": "1"})]


def numbers(city: City) -> list[Question]:
    """Ask for every process that any record is a stage of, whoever may read that record."""
    from sunlit.plan.selectors import current
    from sunlit.records.models import Record
    from sunlit.records.processes import number_of

    plan = current()
    asked = set()
    for record in Record.objects.filter(kind__in=list(plan.process_of_kind)).select_related("live"):
        if record.live is not None:
            number = number_of(plan.kinds[record.kind], record.live.data)
            asked.add((plan.process_of_kind[record.kind].code, number))
    return [Question({"code": code}, {"no": number}) for code, number in sorted(asked) if number]


def levels(city: City) -> list[Question]:
    return [Question(), Question(query={"level": "village"})]


def links(city: City) -> list[Question]:
    return [Question({"key": "MQ", "token": "abc-123"})]


def own_keys(city: City) -> list[Question]:
    return [Question({"pk": 1})]


def people_of(city: City) -> list[Question]:
    return [Question({"pk": city.people[name]}) for name in ("editor-here", "member", "superuser")]


def acts_on_people(city: City) -> list[Question]:
    return [Question({"pk": city.people["editor-here"], "act": "close"})]


def identity_services(city: City) -> list[Question]:
    return [Question({"provider_id": "identity"})]


def searches_of_people(city: City) -> list[Question]:
    return [Question(), Question(query={"q": "editor", "all": "1"})]


def texts(**more: Any) -> Ask:
    """Ask for every wording of every specimen, in work or not; staff know them by number."""

    def ask(city: City) -> list[Question]:
        from sunlit.records.models import Revision

        pks = [one.pk for one in city.specimens.values()]
        return [
            Question({"pk": pk, **more}) for pk in Revision.objects.filter(record__in=pks).values_list("pk", flat=True)
        ]

    return ask


def files_of_texts(city: City) -> list[Question]:
    from sunlit.records.models import Attachment

    pks = [one.pk for one in city.specimens.values()]
    found = Attachment.objects.filter(revision__record__in=pks).values_list("revision", "position", "name")
    return [Question({"pk": pk, "position": position, "name": name}) for pk, position, name in found]


def previews(city: City) -> list[Question]:
    """Ask for every text; the audiences take turns, since who may work on a text does not hang on them."""
    return [
        Question(one.kwargs, {"audience": audience})
        for one, audience in zip(texts()(city), cycle(("public", "group", "staff", "sealed")), strict=False)
    ]


def names_of_records(city: City) -> list[Question]:
    return [Question(one.kwargs, {"q": MARK}) for one in texts()(city)][:6]


def records_of(**more: Any) -> Ask:
    return lambda city: [Question({"pk": one.pk, **more}) for one in city.specimens.values()]


def kinds_to_begin(city: City) -> list[Question]:
    return [Question({"code": one.kind}, {"unit": one.unit}) for one in city.specimens.values()]


def searches_of_records(city: City) -> list[Question]:
    return [Question(), *(Question(query={"q": word}) for word in (MARK, *(city[name].mark[:-1] for name in UNSEEN)))]


def takedowns(city: City) -> list[Question]:
    asked = [city[name] for name in ("public", *UNSEEN)]
    return [Question(query={"address": f"/r/{one.slug}"}) for one in asked if one.slug]


def later_reviews(city: City) -> list[Question]:
    from sunlit.records.models import Notice

    found = Notice.objects.filter(review_due__isnull=False).values_list("pk", flat=True)
    return [Question({"what": "takedown", "pk": pk}) for pk in (*found, 1)]


def people_at_work(city: City) -> list[Question]:
    return [Question(), Question(query={"person": "staff-editor"}), Question(query={"person": "nobody"})]


def sites(city: City) -> list[Question]:
    return [Question({"code": code}) for code in sorted({one.unit for one in city.specimens.values()})]


def imports(city: City) -> list[Specimen]:
    return [city[name] for name in ("public", "group", "staff", "sealed")]


def choices_of_records(city: City) -> list[Question]:
    return [Question(query={"record": str(one.pk)}) for one in city.specimens.values()]


def jobs(**more: Any) -> Ask:
    """Ask for every job there is, and for one there is not."""

    def ask(city: City) -> list[Question]:
        from sunlit.records.models import Errand

        return [Question({"pk": pk, **more}) for pk in (*Errand.objects.values_list("pk", flat=True), 10_000_000)]

    return ask


def calls_of_kinds(city: City) -> list[Question]:
    return [Question({"code": one.kind}) for one in city.specimens.values()][:3]


QUESTIONS: dict[str, Ask] = {
    "intake:guide": plainly,
    "intake:openapi": plainly,
    "intake:kinds": plainly,
    "intake:kind": calls_of_kinds,
    "intake:records": plainly,
    "intake:records_list": plainly,
    "intake:unknown": lambda city: [Question({"rest": "nowhere"})],
    "intake:record": lambda city: [Question({"pk": UUID(int=1)})],
    "intake:corrections": lambda city: [Question({"pk": UUID(int=1)})],
    "intake:withdrawals": lambda city: [Question({"pk": UUID(int=1)})],
    "intake:batches": plainly,
    "intake:files": plainly,
    "api:tokens": plainly,
    "api:new": plainly,
    "api:token": own_keys,
    "api:token_act": lambda city: [Question({"pk": 1, "act": "revoke"})],
    "api:decline": own_keys,
    "ledger:checkpoint": plainly,
    "ledger:vkey": plainly,
    "ledger:vkeys": plainly,
    "ledger:tile": entries,
    "ledger:proof": positions,
    "portal:home": plainly,
    "portal:find": searches,
    "portal:find_json": searches,
    "portal:suggest": beginnings,
    "portal:plan": plainly,
    "portal:plan_json": plainly,
    "portal:measure": lambda city: [Question({"number": number}) for number in (3, 11, 26)],
    "portal:measure_json": lambda city: [Question({"number": number}) for number in (3, 26)],
    "portal:catalogue": catalogues,
    "portal:catalogue_json": catalogues,
    "portal:kind": of_kinds,
    "portal:kind_json": of_kinds,
    "portal:kind_csv": of_kinds,
    "portal:kind_chart": of_kinds,
    "portal:kind_template": of_kinds,
    "portal:processes": of_processes,
    "portal:processes_json": of_processes,
    "portal:process": numbers,
    "portal:process_json": numbers,
    "portal:standard": levels,
    "portal:standard_json": levels,
    "portal:standard_csv": levels,
    "portal:statistics": plainly,
    "portal:statistics_json": plainly,
    "portal:units": plainly,
    "portal:units_json": plainly,
    "portal:unit": of_units,
    "portal:unit_json": of_units,
    "portal:unit_standard": of_units,
    "portal:unit_standard_json": of_units,
    "portal:record": of_records(),
    "portal:document": of_records(),
    "portal:table": of_records(),
    "portal:chart": of_records(),
    "portal:proof": of_records(),
    "portal:revision": of_records(number=1),
    "portal:file": of_files,
    "portal:verify": plainly,
    "portal:root": plainly,
    "portal:root_json": plainly,
    "portal:root_of_day": days,
    "portal:root_of_day_json": days,
    "portal:root_text": days,
    "portal:about": plainly,
    "portal:accessibility": plainly,
    "portal:sitemap": plainly,
    "portal:sitemap_index": plainly,
    "portal:sitemap_page": lambda city: [Question({"page": 1}), Question({"page": 2})],
    "portal:robots": plainly,
    "portal:health": plainly,
    "portal:ready": plainly,
    "portal:metrics": plainly,
    "portal:display": plainly,
    "portal:login": plainly,
    "portal:logout": plainly,
    "portal:me": plainly,
    "openid_connect_login": identity_services,
    "openid_connect_callback": identity_services,
    "account_login": plainly,
    "account_logout": plainly,
    "account_change_password": plainly,
    "account_set_password_from_link": links,
    "account_sessions": plainly,
    "account_sessions_end": plainly,
    "account_reauthenticate": plainly,
    "mfa_reauthenticate": plainly,
    "mfa_reauthenticate_webauthn": plainly,
    "mfa_authenticate": plainly,
    "mfa_index": plainly,
    "mfa_activate_totp": plainly,
    "mfa_deactivate_totp": plainly,
    "mfa_view_recovery_codes": plainly,
    "mfa_generate_recovery_codes": plainly,
    "mfa_download_recovery_codes": plainly,
    "mfa_list_webauthn": plainly,
    "mfa_add_webauthn": plainly,
    "mfa_login_webauthn": plainly,
    "mfa_edit_webauthn": own_keys,
    "mfa_remove_webauthn": own_keys,
    "socialaccount_connections": plainly,
    "socialaccount_login_error": plainly,
    "socialaccount_login_cancelled": plainly,
    "accounts:people": searches_of_people,
    "accounts:new": plainly,
    "accounts:import": plainly,
    "accounts:import_template": plainly,
    "accounts:person": people_of,
    "accounts:person_act": acts_on_people,
    "accounts:absence": plainly,
    "accounts:absence_end": own_keys,
    "accounts:audit": plainly,
    "accounts:audit_csv": plainly,
    "workbench:today": lambda city: [Question(query={"scope": scope}) for scope in ("me", "unit", "below")],
    "workbench:new": lambda city: [Question(), Question(query={"unit": city["group"].unit, "q": "a", "find": "a"})],
    "workbench:begin": kinds_to_begin,
    "workbench:templates": plainly,
    "workbench:template_delete": lambda city: [Question({"pk": 1})],
    "workbench:bundles": plainly,
    "workbench:bundle": lambda city: [Question({"pk": 1})],
    "workbench:bundle_act": lambda city: [Question({"pk": 1, "name": "publish"})],
    "workbench:review": plainly,
    "workbench:text": texts(),
    "workbench:text_act": texts(name="review"),
    "workbench:edit": texts(),
    "workbench:autosave": texts(),
    "workbench:forget": texts(),
    "workbench:units": texts(),
    "workbench:regions": texts(),
    "workbench:edit_records": names_of_records,
    "workbench:pictures": texts(),
    "workbench:picture": texts(sha256="0" * 64),
    "workbench:uploads": texts(),
    "workbench:upload": texts(token="0" * 32),
    "workbench:blacken": texts(what="found"),
    "workbench:preview": texts(),
    "workbench:framed": previews,
    "workbench:companion": texts(),
    "workbench:template_keep": texts(),
    "workbench:file": files_of_texts,
    "workbench:records": searches_of_records,
    "workbench:record": records_of(),
    "workbench:correct": records_of(),
    "workbench:record_act": records_of(name="withdraw"),
    "workbench:history": records_of(),
    "workbench:history_csv": records_of(),
    "workbench:search": plainly,
    "workbench:search_promote": plainly,
    "workbench:search_end": own_keys,
    "workbench:synonyms_add": plainly,
    "workbench:synonyms_remove": own_keys,
    "workbench:bulk": lambda city: [Question(query={"all": "1", "q": MARK}), *choices_of_records(city)],
    "workbench:jobs": plainly,
    "workbench:job_new": lambda city: [Question(query={"kind": one.kind, "unit": one.unit}) for one in imports(city)],
    "workbench:job": jobs(),
    "workbench:job_columns": jobs(),
    "workbench:job_sheet": jobs(),
    "workbench:job_row": jobs(number=1, at=2),
    "workbench:job_errors": jobs(),
    "workbench:job_report": jobs(),
    "workbench:job_act": jobs(name="send"),
    "workbench:sites": lambda city: [Question(), Question(query={"q": "遂宁"})],
    "workbench:site": sites,
    "workbench:site_proposal": sites,
    "workbench:site_history": sites,
    "workbench:guard": lambda city: [Question({}), Question({}, {"severity": "warn"})],
    "workbench:takedown": takedowns,
    "workbench:later": later_reviews,
    "workbench:person_history": people_at_work,
    "workbench:person_history_csv": people_at_work,
}
"""What to ask of each address. A new address needs a line here: ``plainly`` if its path has no parameters."""

OF_ONE_RECORD = ("portal:record", "portal:document", "portal:table", "portal:proof", "portal:revision", "portal:file")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address, with its namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}" if entry.name else f"{prefix}{entry.pattern}"


ROUTES = tuple(dict.fromkeys(routes()))


def test_every_address_is_asked():
    missing = sorted(set(ROUTES) - set(QUESTIONS))
    assert not missing, (
        f"Nobody asks {', '.join(missing)} what it shows to whom. Add a line for each to QUESTIONS in "
        "tests/portal/test_routes_roles_audiences.py: `plainly` if its path has no parameters, else a function that "
        "fills them so that each specimen of tests/city.py is asked for."
    )
    gone = sorted(set(QUESTIONS) - set(ROUTES))
    assert not gone, f"There is no address {', '.join(gone)} any more: take it out of QUESTIONS."


def test_every_role_is_among_the_readers(city):
    assert set(READERS) - {""} == {name for name in city.people if not name.startswith("staff-")}


def may_read(name: str, one: Specimen) -> bool:
    """Tell whether a reader may read a specimen; written a second time here, so that the door is checked by another."""
    if one.status != 200:
        return False
    if one.audience == "public":
        return True
    if name == "member":
        return one.audience in ("group", "sealed")
    role, _, place = name.rpartition("-")
    if one.audience == "sealed" or role not in Role.values or place == "elsewhere":
        return False
    if one.audience == "staff" and place == "here":
        return role != Role.SYSTEM_ADMINISTRATOR
    return role in WORKING


@cache
def paths(*codes: str) -> tuple[str, ...]:
    from sunlit.units.models import Unit

    return tuple(Unit.objects.filter(code__in=codes).values_list("path", flat=True))


def may_work_on(city: City, name: str, one: Specimen) -> bool:
    """Tell whether a reader works on a specimen at the desk, published or not; written a second time here as well."""
    role, _, place = name.rpartition("-")
    if role not in WORKING or one.name in ("staged", "erased"):
        return False
    closed = [city[each].unit for each in ("group", "staff", "sealed")]
    held = {"here": closed, "above": [ROOT], "elsewhere": [city.elsewhere]}.get(place, [])
    own = paths(one.unit)[0]
    if one.audience == "sealed":
        return own in paths(*held)
    return any(own.startswith(path) for path in paths(*held))


def body(response: Any) -> str:
    translation.activate("zh-hans")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{content.decode('utf-8', 'replace')}"


def told(city: City, name: str, question: Question, route: str = "") -> set[str]:
    """Return the marks that a reader may find: of what they may read or work on, and the words they asked with."""
    marks = {one.mark for one in city.specimens.values() if may_read(name, one)}
    if route.startswith(DESK):
        marks |= {one.mark for one in city.specimens.values() if may_work_on(city, name, one)}
    return marks | {f"{city['corrected'].mark}OLD"} | set(question.query.values()) | set(question.kwargs.values())


def leaks(city: City, name: str, question: Question, text: str, route: str = "") -> set[str]:
    known = {str(each) for each in told(city, name, question, route)}
    found = {one.mark for one in city.specimens.values() if one.mark in text} - known
    # An address that is asked for with a file's name may repeat that name.
    asked = " ".join(known)
    # Who works on a record reads all of it, what is masked or internal included.
    works = route.startswith(DESK) and name.rpartition("-")[0] in WORKING
    hidden = () if works else city.hidden
    return {mark for mark in found if mark not in asked} | {word for word in hidden if word in text}


def ask(client: Any, address: str, question: Question) -> Any:
    response = client.get(address, question.query)
    assert response.status_code < 500 or response.status_code == 503, f"{address} fails: {response.exc_info}"
    return response


def expected(route: str, name: str, one: Specimen) -> set[int]:
    """Return how the address of a record may answer."""
    if one.status == 410:
        return {410} if route == "portal:record" else {404, 410}
    if one.status == 404:
        return {404}
    if route == "portal:file" and not one.file:
        return {404}
    if may_read(name, one):
        return {200}
    # Of a group's record everyone may know that it is there, so its page is a stub; the rest is not found.
    return {200, 403, 404} if one.audience == "group" and route == "portal:record" else {404}


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_is_told_what_they_may_not_read(route, city, reader):
    questions = QUESTIONS[route](city)
    assert questions, f"{route} is asked nothing"
    for name in READERS:
        client = reader(name)
        for question in questions:
            response = ask(client, reverse(route, kwargs=question.kwargs), question)
            told_more = leaks(city, name, question, body(response), route)
            assert not told_more, f"{route} {question} tells {name or 'anyone'}: {sorted(told_more)}"
            if question.about and route in OF_ONE_RECORD:
                wanted = expected(route, name, city[question.about])
                assert response.status_code in wanted, (
                    f"{route} answers {name or 'anyone'} about {question.about}: {response.status_code}, not {wanted}"
                )


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("route", [name for name in ROUTES if name.startswith("portal:")])
def test_no_language_tells_more_than_another(route, language, city, reader):
    for name in FEW:
        client = reader(name)
        for question in QUESTIONS[route](city):
            with override(language):
                address = reverse(route, kwargs=question.kwargs)
            response = ask(client, address, question)
            told_more = leaks(city, name, question, body(response))
            assert not told_more, f"{address} {question} tells {name or 'anyone'}: {sorted(told_more)}"


@pytest.mark.parametrize("audience", ["group", "staff", "sealed"])
def test_who_may_read_it_does_read_it(audience, city, reader):
    """Guard against a test that finds nothing because nothing is shown to anyone."""
    one = city[audience]
    readers = [name for name in READERS if may_read(name, one)]
    assert readers
    for name in readers:
        response = reader(name).get(reverse("portal:record", kwargs={"slug": one.slug}))
        assert response.status_code == 200, f"{name} is not shown what is for {audience}"
        if audience != "sealed":
            assert one.mark in response.content.decode(), f"{name} is shown nothing of what is for {audience}"


def test_the_marks_are_where_they_should_be(city, reader):
    """Guard against marks that are cut off: the public specimen shows all that a page shows."""
    public = city["public"]
    shown = reader().get(reverse("portal:record", kwargs={"slug": public.slug})).content.decode()
    assert shown.count(public.mark) > 3
    assert public.file


@pytest.mark.parametrize("name", ["staff", "sealed"])
def test_what_is_not_for_outsiders_is_not_found_rather_than_forbidden(name, city, reader):
    """The answer is byte for byte that of an address that never was, but for the address itself."""
    slug = city[name].slug
    never = slug[:-1] + ("1" if slug[-1] != "1" else "2") + "9"
    real = reader().get(reverse("portal:record", kwargs={"slug": slug}))
    invented = reader().get(reverse("portal:record", kwargs={"slug": never}))
    assert (real.status_code, invented.status_code) == (404, 404)
    assert real.content.decode().replace(slug, "") == invented.content.decode().replace(never, "")


def test_the_public_ledger_tells_nothing_but_addresses_of_public_records(city, reader):
    from sunlit.ledger.models import Entry

    bodies = b"\n".join(bytes(body) for body in Entry.objects.values_list("body", flat=True)).decode()
    for one in city.specimens.values():
        assert one.mark not in bodies
        if one.audience != "public":
            assert one.slug not in bodies.replace("/", "-")
