"""Every act upon a record, one function per verb; each writes its ledger row in its own transaction."""

from sunlit.records.acts.blackening import Mended, blacken, blacken_words, leave_out_hidden, said_of
from sunlit.records.acts.bundling import (
    add_to_bundle,
    bundle,
    dissolve,
    publish_bundle,
    remove_from_bundle,
    schedule_bundle,
    waive,
)
from sunlit.records.acts.drafting import correct, discard, draft, edit, recall, submit
from sunlit.records.acts.emergency import publish_at_once, review_publication
from sunlit.records.acts.erasing import Place, erase
from sunlit.records.acts.linking import relate, unrelate
from sunlit.records.acts.passing import mask, override, saw_warnings
from sunlit.records.acts.publishing import publish, publish_together, schedule, unschedule
from sunlit.records.acts.retiring import (
    expire,
    restore,
    review_takedown,
    set_validity,
    supersede,
    take_down,
    unpublish,
    withdraw,
)
from sunlit.records.acts.reviewing import approve, review, review_legality, review_secrecy, send_back, take_step
from sunlit.records.acts.rules import ActRefused, Overtaken
from sunlit.records.acts.vouching import publish_vouched

__all__ = [
    "ActRefused",
    "Mended",
    "Overtaken",
    "Place",
    "add_to_bundle",
    "approve",
    "blacken",
    "blacken_words",
    "bundle",
    "correct",
    "discard",
    "dissolve",
    "draft",
    "edit",
    "erase",
    "expire",
    "leave_out_hidden",
    "mask",
    "override",
    "publish",
    "publish_at_once",
    "publish_bundle",
    "publish_together",
    "publish_vouched",
    "recall",
    "relate",
    "remove_from_bundle",
    "restore",
    "review",
    "review_legality",
    "review_publication",
    "review_secrecy",
    "review_takedown",
    "said_of",
    "saw_warnings",
    "schedule",
    "schedule_bundle",
    "send_back",
    "set_validity",
    "submit",
    "supersede",
    "take_down",
    "take_step",
    "unpublish",
    "unrelate",
    "unschedule",
    "waive",
    "withdraw",
]
