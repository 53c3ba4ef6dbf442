"""Every page exists in Simplified and Traditional characters and in English, each complete."""

import re
from html.parser import HTMLParser

import pytest

from sunlit.text.folding import to_simplified, to_traditional

pytestmark = pytest.mark.django_db(databases="__all__")

HAN = re.compile(r"[\u3400-\u9fff]")
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")

FIXED = {
    "home": "/",
    "plan": "/plan/",
    "measure": "/plan/22/",
    "catalogue": "/catalogue/",
    "kind": "/kinds/policy/",
    "penalties": "/kinds/penalty-decision/",
    "units": "/units/",
    "find": "/find/?q=510903",
    "nothing found": "/find/?q=xyzxyz",
    "verify": "/verify/",
    "root of the day": "/verify/root/",
    "about": "/about/",
    "accessibility": "/about/accessibility/",
    "sitemap": "/sitemap/",
    "login": "/login/",
}
RECORDS = {f"record {name}": name for name in ("public", "corrected", "withdrawn", "group", "erased")}
PAGES = [*FIXED, *RECORDS, "unit", "village", "penalty"]


@pytest.fixture
def read(city, page):
    def open_page(name, prefix=""):
        if name in FIXED:
            return page(prefix + FIXED[name])
        if name in ("unit", "village"):
            return page(f"{prefix}/units/{city['public' if name == 'unit' else 'group'].unit}/")
        if name == "penalty":
            return page(f"{prefix}/r/{city.slugs['penalty-decision']}")
        one = city[RECORDS[name]]
        return page(f"{prefix}/r/{one.slug}", status=410 if name == "record erased" else 200)

    return open_page


@pytest.mark.parametrize(("prefix", "lang"), [("", "zh-Hans"), ("/zh-hant", "zh-Hant"), ("/en", "en")])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_says_in_which_language_it_is(name, prefix, lang, read):
    assert read(name, prefix).find("html")[0]["lang"] == lang


@pytest.mark.parametrize("name", PAGES)
def test_no_simplified_character_is_left_in_traditional_text(name, read):
    left = set()
    for language, text in read(name, "/zh-hant").prose:
        # Back and forth, because a character such as 准 is Simplified in one word and Traditional in another.
        if not language.startswith("zh-Hans") and to_traditional(to_simplified(text)) != text:
            left.add(text)
    assert not left, f"still Simplified: {sorted(left)[:5]}"


class Machinery(HTMLParser):
    """Collects what machines use of a page."""

    KEPT = ("href", "value", "id", "name", "action", "class", "datetime", "for", "src", "aria-labelledby")

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple((key, value) for key, value in attrs if key in self.KEPT)))


@pytest.mark.parametrize("name", PAGES)
def test_traditional_pages_lead_to_the_same_places(name, read):
    if name == "login":
        pytest.skip("its token differs each time")
    kept = []
    for prefix in ("", "/zh-hant"):
        machinery = Machinery()
        machinery.feed(read(name, prefix).html)
        kept.append(
            [
                (tag, [(key, (value or "").replace("/zh-hant", "") or "/") for key, value in attrs if key != "lang"])
                for tag, attrs in machinery.found
                if tag != "link"
            ]
        )
    plain, traditional = kept
    # The masthead names the two other languages, so those links differ; everything else is the same.
    differing = [(one, other) for one, other in zip(plain, traditional, strict=True) if one != other]
    assert len(differing) <= 3, differing[:5]


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_marks_all_its_chinese_as_chinese(name, read):
    left = {text for language, text in read(name, "/en").prose if is_chinese(text) and not language.startswith("zh")}
    assert not left, f"Chinese without lang: {sorted(left)[:8]}"


def is_chinese(text):
    """Tell whether a stretch of text is Chinese rather than English that quotes a word or two."""
    return len(HAN.findall(text)) * 3 > len(re.findall(r"[A-Za-z]", text))


@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
@pytest.mark.parametrize("name", PAGES)
def test_a_chinese_page_has_no_sentence_in_english(name, prefix, read):
    left = {text for language, text in read(name, prefix).prose if SENTENCE.search(text) and language.startswith("zh")}
    assert not left, f"not translated: {sorted(left)[:8]}"


@pytest.mark.parametrize("name", ["home", "measure", "kind", "unit", "record public"])
def test_a_page_leads_to_itself_in_the_other_languages(name, read):
    found = read(name)
    here = {link["hreflang"]: link["href"] for link in found.find("link", rel="alternate") if "hreflang" in link}
    assert set(here) == {"zh-Hans", "zh-Hant", "en"}
    assert here["en"] == f"/en{here['zh-Hans']}"
    assert here["zh-Hant"] == f"/zh-hant{here['zh-Hans']}"
    assert here["en"] in found.links


def test_links_of_an_english_page_stay_in_english(read):
    links = [link for link in read("home", "/en").links if link.startswith("/") and not link.startswith("/ledger")]
    assert [link for link in links if not link.startswith(("/en/", "/zh-hant/"))] in ([], ["/"])


def test_json_is_the_same_in_every_script(city, reader):
    texts = {reader().get(f"{prefix}/r/{city['public'].slug}.json").content for prefix in ("", "/zh-hant", "/en")}
    assert len(texts) == 1


def test_a_search_in_either_script_finds_the_same(city, page):
    title = "节约用水" if "节约用水" in page("/kinds/policy/").text else page("/kinds/policy/").text
    word = next((word for word in re.findall(r"[\u4e00-\u9fff]{4}", title) if to_traditional(word) != word), title)
    found = [
        [link for link in page(f"/find/?q={words}").links if link.startswith(("/r/", "/units/", "/kinds/"))]
        for words in (to_simplified(word), to_traditional(word))
    ]
    assert found[0] == found[1]
    assert found[0]
