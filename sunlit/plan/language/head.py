"""What a plan is: the city, its site and where the plan comes from (``plan.yaml``)."""

from __future__ import annotations

from typing import Literal

from sunlit.plan.language.scalars import Code, Day, Label, Strict, Text, UnitCode

Language = Literal["zh-hans", "zh-hant", "en"]


class Identity(Strict):
    """What a government site must show of itself: host, phone, site code, ICP and police numbers."""

    host_name: Label | None = None
    phone: Text | None = None
    site_code: Text | None = None
    icp: Text | None = None
    police: Text | None = None


class Reasons(Strict):
    """The vocabularies from which staff choose why a record leaves readers' sight, or comes back; one for each act."""

    withdraw: Code | None = None
    unpublish: Code | None = None
    supersede: Code | None = None
    take_down: Code | None = None
    restore: Code | None = None
    validity: Code | None = None


class Head(Strict):
    """The plan as a whole. ``dated`` is empty where the plan does not say its own date."""

    code: Code
    name: Label
    city: Label
    site: Label
    root: UnitCode
    zone: Text = "Asia/Shanghai"
    holidays: Text = "CN"
    basis: tuple[Text, ...] = ()
    dated: Day | None = None
    note: Label | None = None
    index_number: Text = "{org9}/{YYYY}-{seq:05d}"
    languages: tuple[Language, ...] = ("zh-hans", "zh-hant", "en")
    identity: Identity = Identity()
    reasons: Reasons = Reasons()
