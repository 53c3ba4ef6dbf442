"""A small city for the journeys of the desk: people in every role, and texts in the states from which journeys begin.

Run as a module, it fills the instance at ``SUNLIT_HOME`` and says by name where the texts and records are.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.city import Builder, settle

VILLAGE = "510903008200"
KINDS = ("policy", "village-finance")
PUBLISHED = ("corrected", "taken-down", "withdrawn", "unpublished")
WITH_FILES = ("taken-down", "unpublished")
DRAFTS = ("mine-and-yours", "typed", "by-keyboard")
READY = ("in-an-emergency", "returned", "row-one", "row-two", "row-three")
TITLE = "遂宁市示例办法 {name}"


class DeskCity(Builder):
    """Suining with two records as examples, and a day's work on the desk."""

    def fill(self) -> dict[str, str]:
        """Build the city and return where everything is."""
        every = self.examples
        self.examples = [one for one in every if one.kind in KINDS]
        self.build_examples()
        self.examples = every
        self._colleagues()
        places = {name: f"/r/{self._record(name).slug}" for name in PUBLISHED}
        places |= {f"{name}-desk": f"/desk/records/{self._pks[name]}/" for name in PUBLISHED}
        places |= {name: f"/desk/texts/{self._text(name, submit=False)}/" for name in DRAFTS}
        places |= {name: f"/desk/texts/{self._text(name)}/" for name in READY}
        places["own"] = f"/desk/texts/{self._text('own', by='many-hats')}/"
        places["at-its-minute"] = f"/desk/texts/{self._approved('at-its-minute')}/"
        places |= self._pair()
        settle(self.now + timedelta(minutes=self.minutes))
        return places

    def _colleagues(self) -> None:
        from sunlit.units import actors
        from sunlit.units.models import Unit
        from sunlit.units.roles import Role

        village = Unit.objects.get(code=VILLAGE)
        self._pks: dict[str, int] = {}
        self._person("clerk", (Role.EDITOR, village))
        self._person("second-editor", (Role.EDITOR, self.root))
        self._person("second-approver", (Role.APPROVER, self.root))
        everything = (Role.EDITOR, Role.REVIEWER, Role.LEGAL_REVIEWER, Role.SECRECY_REVIEWER, Role.APPROVER)
        many = self._person("many-hats", *[(role, self.root) for role in everything])
        self.actors["many-hats"] = actors.of(many, self.root, Role.EDITOR)

    def policy(self, name: str) -> dict[str, Any]:
        """Return the words of a policy that need no interpretation beside it."""
        data = self.marked("policy", f"ZQ{name.upper()}")
        if name not in WITH_FILES:
            # Their file is no real PDF, of which the guard warns; a warning has to be ticked on every way.
            data.pop("attachments", None)
        return {**data, "title": TITLE.format(name=name), "normative": "no"}

    def _record(self, name: str) -> Any:
        from sunlit.records.models import Record

        made = self.publish("policy", self.example_of("policy").unit, self.policy(name))
        self._pks[name] = made.pk
        return Record.objects.get(pk=made.pk)

    def _text(self, name: str, *, by: str = "editor", submit: bool = True) -> int:
        from sunlit.records import acts
        from sunlit.units.models import Unit

        unit = Unit.objects.get(code=self.example_of("policy").unit)
        text = acts.draft("policy", unit, self.policy(name), actor=self.actors[by], now=self._next())
        if submit:
            acts.submit(text, actor=self.actors[by], now=self._next())
        return int(text.pk)

    def _approved(self, name: str) -> int:
        text = self.draft("policy", self.example_of("policy").unit, self.policy(name))
        return int(self.approve(text, self._next()).pk)

    def _pair(self) -> dict[str, str]:
        """Approve a normative document and its interpretation, which come out together or not at all."""
        from sunlit.records import references

        unit = self.example_of("policy").unit
        document = self.draft("policy", unit, {**self.policy("in-a-bundle"), "normative": "yes"})
        words = {"title": TITLE.format(name="解读"), "document": references.to(document.record)}
        interpretation = self.draft("interpretation", unit, {**self.marked("interpretation", "ZQBUNDLE"), **words})
        for text in (document, interpretation):
            self.review(text, self._next())
        return {"document": f"/desk/texts/{document.pk}/", "interpretation": f"/desk/texts/{interpretation.pk}/"}


def main() -> None:
    """Fill the instance at ``SUNLIT_HOME``."""
    import django

    django.setup()
    print(json.dumps(DeskCity(datetime.now(UTC) - timedelta(days=2)).fill()))


if __name__ == "__main__":
    main()
