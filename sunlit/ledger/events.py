"""The closed table of entry types: what an entry of the ledger can say has happened."""

PRIVATE = "private"

# Type -> the sentence that explains it to a reader (``docs/engines/ledger.md`` lists the same).
EVENTS: dict[str, str] = {
    "ledger.opened": "A log was opened, or continues an older one whose last head it names.",
    "ledger.recovered": "The log was brought back to its last published checkpoint after a restore.",
    "key.rotated": "The log signs with a new key, whose id is the reference; for a while the old one signs as well.",
    "plan.applied": "A version of the plan came into force; the commitment binds its text.",
    "unit.changed": "A unit was opened, renamed, merged or closed.",
    "member.granted": "A person took up a role in a unit; no name is in the entry.",
    "member.ended": "A person's role in a unit ended.",
    "delegation.granted": "A person was named to act for another who is away; no name is in the entry.",
    "delegation.ended": "A person no longer acts for another.",
    "record.published": "A record became readable for the first time.",
    "record.corrected": "A later revision replaced the live one; the earlier stays readable.",
    "record.withdrawn": "A record was withdrawn: it stays readable, with a notice.",
    "record.unpublished": "A record was taken off the site for good, with a reason.",
    "record.superseded": "A record was replaced by a newer one to which it points.",
    "record.expired": "The term of display of a record ended.",
    "record.validity": "A document was declared lapsed, repealed, amended or again in force.",
    "record.erased": "Payload and salt were erased as the law requires; the entry proves only that something was.",
    "record.taken_down": "One authorised person took a record down at once; a review follows.",
    "record.restored": "A record came back after a takedown, a withdrawal or an error.",
    "record.reviewed": "An emergency publication or takedown was reviewed afterwards.",
    "batch.released": "An import became visible as a whole.",
    PRIVATE: "Something was done that is not public; the entry holds its day and its commitment only.",
}
