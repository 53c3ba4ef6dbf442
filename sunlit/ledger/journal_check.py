"""Checks whether the journal could bring back the log up to the checkpoint that it keeps itself."""

from sunlit.ledger import journal, merkle, tiles
from sunlit.ledger.findings import Fault, Report


def check(report: Report) -> None:
    """Recompute the journal's own root and report where it is not whole; without a checkpoint it holds no promise."""
    try:
        promised = journal.checkpoint()
        if promised is None:
            return
        edge = tiles.Edge()
        for record in journal.read():
            if edge.size == promised.size or record.position != edge.size:
                break
            edge.add(merkle.leaf_hash(record.body))
    except journal.JournalRefused as error:
        report.add(Fault.JOURNAL_DAMAGED, "the journal", str(error))
        return
    if edge.size < promised.size:
        sentence = f"it has no readable entry {edge.size} of the {promised.size} that were signed"
        report.add(Fault.JOURNAL_DAMAGED, "the journal", f"{sentence}: move it away, and it is written anew")
    elif edge.root() != promised.root:
        sentence = f"its first {promised.size} entries do not give the root that was signed"
        report.add(Fault.JOURNAL_DAMAGED, "the journal", f"{sentence}: move it away, and it is written anew")
