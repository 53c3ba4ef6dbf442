"""`sunlit oldsite`: pages become records all at once or not at all, and every old address leads to them."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from django.test import Client

from sunlit.calendars import clock
from sunlit.records import acts
from sunlit.records.imports.oldsite.commands import cli
from sunlit.records.models import Attachment, Batch, OldAddress, Record
from tests.oldsite.export import SITE, address, row, write

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.both_databases]
OLD = "www.old.example.gov.cn"
PEOPLE = ("--unit", "city", "--actor", "editor", "--approver", "approver", "--secrecy-reviewer", "secrecy")


def run(folder: Path, *options: str, path: Path | None = None):
    given = [str(path or folder), "--mapping", str(folder / "mapping.yaml"), *PEOPLE, *options]
    return CliRunner().invoke(cli, ["import", *given], catch_exceptions=False)


def mistakes(folder: Path, *options: str) -> list[tuple[str, str]]:
    run(folder, "--errors", str(folder / "errors.csv"), *options)
    with (folder / "errors.csv").open(encoding="utf-8-sig") as stream:
        return [(line["row"], line["field"]) for line in csv.DictReader(stream)]


def follow(path: str, host: str = OLD):
    return Client().get(path, headers={"Host": host})


@pytest.fixture(autouse=True)
def _old_host(settings):
    settings.OLD_HOSTS = [OLD]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, OLD]


@pytest.fixture
def site(city, tmp_path):
    return write(tmp_path / "export", 12)


@pytest.fixture
def taken(site):
    result = run(site)
    assert result.exit_code == 0, result.output
    return site


def record(number: int) -> Record:
    return Record.objects.select_related("live").get(title=f"文件第{number}号")


def test_three_hundred_pages_become_records_and_every_address_leads_to_one(city, tmp_path):
    result = run(write(tmp_path / "export", 300))
    assert result.exit_code == 0, result.output
    assert Record.objects.filter(state="live").count() == 300
    led = [follow(address(number)) for number in range(1, 301)]
    assert {answer.status_code for answer in led} == {301}
    assert len({answer["Location"] for answer in led}) == 300
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0


def test_pages_in_gbk_are_read(taken):
    assert "第4页的正文" in record(4).live.data["body"]


def test_only_the_text_is_taken_and_nothing_in_it_runs(taken):
    body = record(1).live.data["body"]
    assert not any(word in body for word in ("alert", "onclick", "栏目"))


def test_links_between_pages_lead_to_the_new_addresses(taken):
    assert f'href="/r/{record(2).slug}"' in record(1).live.data["body"]
    assert f'href="/r/{record(1).slug}"' in record(12).live.data["body"]


def test_a_link_to_a_file_leads_to_the_file_of_the_record(taken):
    attached = Attachment.objects.get(revision=record(1).live, field="files")
    path = f"/r/{record(1).slug}/files/{attached.position}/{attached.name}"
    assert f'href="{path}"' in record(1).live.data["body"]
    assert Client().get(path).status_code == 200


def test_the_old_address_of_a_file_leads_to_the_file(taken):
    answer = follow("/files/1.pdf")
    assert answer.status_code == 301
    path = answer["Location"].removeprefix("http://testserver")
    assert b"".join(Client().get(path).streaming_content).startswith(b"%PDF")


def test_a_picture_stands_in_the_text(taken):
    assert 'src="sha256:' in record(1).live.data["body"]


def test_what_is_missing_in_a_text_is_told_and_stops_nothing(site):
    told = mistakes(site)
    assert ("2", "html") in told
    assert Record.objects.count() == 12


@pytest.mark.parametrize(
    ("row_", "field"),
    [
        pytest.param(row(附件="files/nowhere.pdf"), "files", id="a file that is missing"),
        pytest.param(row(文件="pages/nowhere.html"), "page", id="a page that is missing"),
        pytest.param(row(文件="../../../../etc/passwd"), "page", id="a path out of the folder"),
        pytest.param(row(附件="/../../etc/passwd"), "files", id="a file out of the folder"),
        pytest.param(row(附件="..\\..\\etc\\passwd"), "files", id="the same with other slashes"),
        pytest.param(row(附件="%2e%2e/%2e%2e/etc/passwd"), "files", id="the same percent-encoded"),
        pytest.param(row(附件="file:///etc/passwd"), "files", id="an address of this machine"),
        pytest.param(row(网址=address(1)), "address", id="an address that stands twice"),
        pytest.param(row(网址=""), "address", id="no address"),
        pytest.param(row(栏目="未知"), "column", id="a column of which nothing is said"),
        pytest.param(row(发布日期="昨天"), "issued_on", id="a value that is none"),
    ],
)
def test_a_page_with_a_mistake_is_reported_and_nothing_is_published(city, tmp_path, row_, field):
    site = write(tmp_path / "export", 3, extra=[row_])
    assert ("5", field) in mistakes(site)
    assert (Record.objects.count(), OldAddress.objects.count()) == (0, 0)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(city, tmp_path):
    site = write(tmp_path / "export", 1, extra=[row(附件="files/link.txt")])
    (tmp_path / "secret.txt").write_text("secret")
    (site / "files" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert ("3", "files") in mistakes(site)


def test_good_pages_are_kept_if_that_is_asked_for(city, tmp_path):
    site = write(tmp_path / "export", 3, extra=[row(附件="files/nowhere.pdf")])
    run(site, "--keep-good")
    assert Record.objects.filter(state="live").count() == 3
    assert follow("/more/1.html").status_code == 404


def test_a_dry_run_keeps_nothing(site, settings):
    result = run(site, "--dry-run")
    assert result.exit_code == 0, result.output
    assert (Record.objects.count(), Batch.objects.count(), OldAddress.objects.count()) == (0, 0, 0)
    assert not list(Path(settings.FILES_ROOT).rglob("[0-9a-f]*"))


def test_nobody_imports_and_approves_alone(site):
    given = [str(site), "--mapping", str(site / "mapping.yaml"), *PEOPLE, "--approver", "editor"]
    assert CliRunner().invoke(cli, ["import", *given]).exit_code == 1
    assert Record.objects.count() == 0


def test_the_same_list_is_not_imported_twice(taken):
    assert run(taken).exit_code == 1
    assert Record.objects.count() == 12


def test_an_interrupted_import_goes_on_with_the_addresses_given_out(site, monkeypatch):
    from sunlit.records.imports.oldsite import running

    monkeypatch.setattr(running, "CHUNK", 5)
    stop = iter(range(1))

    def once(done: int) -> None:
        next(stop, None) is None and (_ for _ in ()).throw(KeyboardInterrupt)

    monkeypatch.setattr("sunlit.records.imports.oldsite.commands._progress", once)
    run(site)
    given = dict(OldAddress.objects.filter(position=0).values_list("address", "slug"))
    assert Record.objects.count() == 10
    monkeypatch.undo()
    assert run(site, "--resume").exit_code == 0
    assert Record.objects.filter(state="live").count() == 12
    assert set(given.values()) == set(Record.objects.values_list("slug", flat=True))


def test_undoing_takes_records_and_addresses_along(taken):
    undone = CliRunner().invoke(cli, ["undo", str(taken), "--approver", "approver", "--reason", "Wrong export"])
    assert undone.exit_code == 0, undone.output
    assert set(Record.objects.values_list("state", flat=True)) == {"unpublished"}
    assert follow(address(1)).status_code == 404


@pytest.mark.parametrize(
    "asked",
    ["/zwgk/1/1.html", "/zwgk/1/%31.html", "/zwgk/1/1.html?from=timeline"],
)
def test_an_address_is_found_however_it_is_written(taken, asked):
    assert follow(asked, host=OLD.upper())["Location"] == f"http://testserver/r/{record(1).slug}"


def test_an_address_in_gbk_is_found_like_one_in_utf8(city, tmp_path):
    result = run(write(tmp_path / "export", 1, extra=[row(网址="/通知/一.html?栏目=公告")]))
    assert result.exit_code == 0, result.output
    for encoding in ("utf-8", "gbk"):
        asked = f"/{quote('通知', encoding=encoding)}/{quote('一', encoding=encoding)}.html"
        asked += f"?{quote('栏目', encoding=encoding)}={quote('公告', encoding=encoding)}"
        assert follow(asked).status_code == 301


def test_a_redirect_may_be_kept_but_not_for_long(taken):
    assert follow(address(1))["Cache-Control"] == "public, max-age=300"


def test_a_withdrawn_record_is_led_to_with_its_notice(taken, city):
    acts.unpublish(record(1), actor=city.approver, now=clock.now(), reason="过时")
    answer = follow(address(1))
    assert answer.status_code == 301
    assert Client().get(answer["Location"].removeprefix("http://testserver")).status_code == 410


def test_a_record_that_is_not_public_is_like_an_unknown_address(taken):
    unknown = follow("/zwgk/1/x.html")
    Record.objects.filter(pk=record(1).pk).update(audience="staff")
    hidden = follow("/zwgk/1/1.html")
    assert (hidden.status_code, len(hidden.content)) == (404, len(unknown.content))


def test_before_the_release_an_address_leads_nowhere(site):
    run(site)
    Batch.objects.update(state="staged")
    assert follow(address(1)).status_code == 404


def test_what_is_here_is_never_led_away(taken):
    OldAddress.objects.filter(slug=record(1).slug).update(address="/about/")
    assert follow("/about/").status_code == 200


def test_addresses_that_lead_nowhere_are_listed(taken, tmp_path):
    lines = tmp_path / "old.txt"
    lines.write_text(f"{SITE}zwgk/1/1.html\n{SITE}gone.html\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", str(lines)])
    assert (result.exit_code, result.stdout) == (1, f"{OLD}/gone.html\n")


def test_redirects_are_written_for_nginx(taken, tmp_path):
    for name in ("redirects.csv", "redirects.map"):
        assert CliRunner().invoke(cli, ["export", str(tmp_path / name)]).exit_code == 0
    assert f'"{OLD}/zwgk/1/1.html" "/r/{record(1).slug}";\n' in (tmp_path / "redirects.map").read_text()
