"""A record's page says what it is, and gives everything that proves it to someone who trusts nobody here."""

import base64
import hashlib
import hmac
import json

import pytest
from django.utils import timezone

from sunlit.ledger import notes, proofs
from sunlit.plan.selectors import current
from sunlit.records import rendition
from sunlit.screens.words import say

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def address(city):
    return f"/r/{city['public'].slug}"


def test_the_page_shows_what_the_state_councils_library_shows(city, address, page):
    from sunlit.records.models import Record

    record = Record.objects.get(pk=city["public"].pk)
    found = page(address)
    assert record.index_no in found.text
    assert record.title in found.text
    assert record.unit.name in found.text or record.unit.short in found.text
    assert record.published_at.strftime("%Y-%m") in found.text
    assert "有效" in found.text
    assert found.find("dl", class_="meta")


@pytest.mark.parametrize(
    "name",
    ["SiteName", "SiteDomain", "SiteIDCode", "ArticleTitle", "PubDate", "ContentSource", "Keywords", "Description"],
)
def test_the_page_has_the_meta_tags_that_government_sites_must_have(name, city, address, page):
    assert page(address).find("meta", name=name), f"no meta tag {name}"


def test_the_date_of_publication_is_written_as_the_standard_says(city, address, page):
    from sunlit.records.models import Record

    published = timezone.localtime(Record.objects.get(pk=city["public"].pk).published_at)
    assert page(address).meta("PubDate") == published.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("name", ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"])
def test_a_list_has_the_meta_tags_of_a_column(name, city, page):
    assert page("/kinds/policy/").meta(name)


def test_every_kind_of_record_can_be_read(city, page, reader):
    for kind, slug in city.slugs.items():
        response = reader().get(f"/r/{slug}")
        assert response.status_code in (200, 404), kind
        audience = current().kinds[kind].settings.audience
        assert response.status_code == (404 if audience in ("staff", "sealed") else 200), kind


def test_every_field_that_readers_may_see_is_on_the_page(city, page):
    from sunlit.records.models import Record

    plan = current()
    for kind, slug in city.slugs.items():
        if plan.kinds[kind].settings.audience != "public":
            continue
        record = Record.objects.get(slug=slug)
        text = page(f"/r/{slug}").text
        for name in rendition.public(plan.kinds[kind], record.live.data):
            label = say(plan.kinds[kind].by_name[name].label)
            assert label in text, f"{kind} hides {name} ({label})"


def test_a_person_is_shown_masked(city, page):
    text = page(f"/r/{city.slugs['penalty-decision-person']}").text
    assert "某" in text
    assert not any(word in text for word in city.hidden)


def test_the_page_says_where_in_the_ledger_it_stands(city, address, page):
    from sunlit.ledger.models import Entry

    position = Entry.objects.get(subject=f"record:{city['public'].pk}", event="record.published").position
    found = page(address)
    assert f"{position:,}" in found.text
    assert f"{address}.tlog-proof" in found.links
    assert f"{address}.json" in found.links


def test_the_printed_page_carries_a_code_that_leads_back(city, address, page):
    assert page(address).find("svg", class_="qr")


def canonical(document):
    """Write a document as RFC 8785 does, as far as records need it: text, whole numbers, lists and objects."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("name", ["public", "corrected", "withdrawn", "superseded"])
def test_a_citizen_recomputes_the_proof_with_nothing_but_the_two_files(name, city, reader):
    """Only the standard library and three formulas; the entry is found in the proof file itself."""
    slug = city[name].slug
    data = json.loads(reader().get(f"/r/{slug}.json").content)
    lines, _, checkpoint = reader().get(f"/r/{slug}.tlog-proof").content.decode().partition("\n\n")
    _magic, extra, index, *path = lines.split("\n")
    entry = base64.b64decode(extra.removeprefix("extra "))
    commitment = hmac.new(base64.b64decode(data["salt"]), canonical(data["document"]), hashlib.sha256).digest()
    assert base64.b64decode(json.loads(entry)["commit"]) == commitment
    assert json.loads(entry)["ref"] == f"{data['document']['index']}#{data['document']['revision']}"
    position = int(index.removeprefix("index "))
    assert position == data["position"]
    origin, size, root = checkpoint.split("\n")[:3]
    assert origin == "testserver/ledger"
    assert root_from(entry, position, int(size), [base64.b64decode(line) for line in path]) == base64.b64decode(root)


def root_from(entry, position, size, path):
    """Return the root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    node = hashlib.sha256(b"\x00" + entry).digest()
    first, last = position, size - 1
    for sibling in path:
        if first % 2 or first == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while first and not first % 2:
                first, last = first >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        first, last = first >> 1, last >> 1
    return node


def test_the_proof_holds_under_the_key_that_the_site_gives_out(city, address, reader):
    proof = proofs.parse(reader().get(f"{address}.tlog-proof").content.decode())
    verifier = notes.parse_vkey(reader().get("/ledger/vkey").content.decode().strip())
    signed = proofs.verify(proof, proof.extra, verifier)
    assert signed.origin == "testserver/ledger"
    with pytest.raises(proofs.BadProof):
        proofs.verify(proof, proof.extra.replace(b"2026", b"2025"), verifier)


def test_an_earlier_wording_has_a_proof_of_its_own(city, reader):
    slug = city["corrected"].slug
    documents = [json.loads(reader().get(f"/r/{slug}.json?revision={number}").content) for number in (1, 2)]
    assert [each["document"]["revision"] for each in documents] == [1, 2]
    assert documents[0]["salt"] != documents[1]["salt"]
    texts = {reader().get(f"/r/{slug}.tlog-proof?revision={number}").content for number in (1, 2)}
    assert len(texts) == 2


def test_who_has_just_published_is_told_that_the_proof_follows(city, page, reader):
    from sunlit.ledger.models import Entry

    slug = city["public"].slug
    Entry.objects.filter(subject=f"record:{city['public'].pk}").delete()
    assert f"/r/{slug}.tlog-proof" not in page(f"/r/{slug}").links
    response = reader().get(f"/r/{slug}.tlog-proof")
    assert response.status_code == 503
    assert response["Retry-After"]


def test_data_for_everyone_may_be_read_by_any_site_and_other_data_by_none(city, reader):
    assert reader().get(f"/r/{city['public'].slug}.json")["Access-Control-Allow-Origin"] == "*"
    response = reader("member").get(f"/r/{city['group'].slug}.json")
    assert "Access-Control-Allow-Origin" not in response
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["group", "staff", "sealed"])
def test_what_is_not_for_everyone_is_kept_by_no_cache(name, city, reader):
    person = "editor-here" if name == "staff" else "member"
    for address in (f"/r/{city[name].slug}", f"/r/{city[name].slug}.json", f"/r/{city[name].slug}.tlog-proof"):
        assert "no-store" in reader(person).get(address).get("Cache-Control", ""), address
