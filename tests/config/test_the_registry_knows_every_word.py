"""The one place where words meet what implements them: names are unique and everything named can be reached."""

from sunlit.config import registry
from sunlit.guard import rules
from sunlit.ledger.followers import View
from sunlit.plan import words
from sunlit.plan.language import guard as language


def test_views_have_names_of_their_own_and_can_be_rebuilt():
    views = registry.views()
    assert len({view.name for view in views}) == len(views)
    assert all(isinstance(view, View) and callable(view.clear) for view in views)
    assert tuple(registry.followers().views) == tuple(views)


def test_ticks_have_names_of_their_own():
    ticks = registry.ticks()
    assert len({tick.name for tick in ticks}) == len(ticks)


def test_every_event_of_a_record_has_a_content_source_that_can_check_it():
    assert registry.content_sources()


def test_every_rule_of_the_guard_is_carried_out_once():
    assert set(registry.guard_rules()) == set(words.GUARD_RULES)
    assert set(words.GUARD_RULES) >= language.BLOCKING | language.BY_HAND
    assert set(rules.MASKS) == set(words.GUARD_RULES) - language.BY_HAND


def test_packages_do_not_register_themselves():
    from pathlib import Path

    for source in (Path(registry.__file__).parent.parent).rglob("*.py"):
        if "config" not in source.parts and source.name != "cli.py":
            assert "sunlit.config.registry import" not in source.read_text(encoding="utf-8"), source
