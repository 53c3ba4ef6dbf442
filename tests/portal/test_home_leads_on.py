"""Whoever opens the front page learns what the site is for and is two clicks from what they want."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db(databases="__all__")


def clicks(page, start, goal, most):
    """Return after how many clicks a link to the goal is found, looking at links of this site only."""
    seen, edge = {start}, [start]
    for count in range(1, most + 1):
        found = []
        for address in edge:
            links = [link.partition("#")[0] for link in page(address).links if link.startswith("/")]
            if goal in links:
                return count
            found += [link for link in links if link not in seen and "?" not in link and "/r/" not in link]
        edge = [link for link in dict.fromkeys(found) if link and not link.startswith(("/en/", "/zh-hant/", "/ledger"))]
        seen.update(edge)
        edge = [link for link in edge if not link.endswith((".json", ".csv")) and link not in ("/me/", "/logout/")][:40]
    return None


def test_the_front_page_says_what_the_site_is(city, page):
    home = page("/")
    assert len(home.find("h1")) == 1
    assert home.meta("description")
    assert home.find("form", role="search")
    assert home.find("input", name="q")[0]["aria-label"]


@pytest.mark.parametrize(
    "goal",
    [
        pytest.param("/kinds/penalty-decision/", id="penalty decisions"),
        pytest.param("/kinds/dept-budget/", id="budgets of departments"),
        pytest.param("/kinds/gov-budget/", id="the city's budget"),
        pytest.param("/plan/22/", id="measure 22"),
    ],
)
def test_it_is_within_two_clicks(goal, city, page):
    found = clicks(page, "/", goal, 2)
    assert found is not None, f"{goal} is more than two clicks from the front page"


def test_what_was_published_last_stands_on_the_front_page(city, page):
    assert f"/r/{city['corrected'].slug}" in page("/").links


def test_the_strip_has_a_square_for_every_measure(city, page):
    links = page("/").links
    assert all(reverse("portal:measure", kwargs={"number": number}) in links for number in range(1, 45))


@pytest.mark.parametrize(
    "address",
    ["/", "/plan/", "/plan/22/", "/catalogue/", "/kinds/policy/", "/units/", "/verify/", "/about/", "/sitemap/"],
)
def test_every_link_of_a_page_leads_somewhere(address, city, page, reader):
    links = {link.partition("#")[0] for link in page(address).links if link.startswith("/")}
    for link in sorted(links - {""})[:60]:
        response = reader().get(link)
        assert response.status_code in (200, 302), f"{address} links to {link}, which answers {response.status_code}"


def test_a_figure_on_the_front_page_is_the_number_of_public_records(city, page):
    from sunlit.records.models import Record

    count = Record.objects.filter(audience="public", state="live", batch_id=0).count()
    assert f"{count} " in page("/en/").text
