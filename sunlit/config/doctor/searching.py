"""Search: is there an index, of this engine and this log, and does it keep pace."""

from __future__ import annotations

from sunlit.config.doctor.findings import Level, Situation, fine, notice, problem
from sunlit.ledger import selectors as ledger
from sunlit.records.models import Record
from sunlit.search import backends, shelving
from sunlit.search.requests import EngineUnavailable

Said = tuple[Level, str, str]
_LAG = 1_000
_REBUILD = "Run `sunlit rebuild search`; it builds beside what is served and changes over at the end."


def index(situation: Situation) -> Said:
    """Judge whether readers can search, and in what was published lately."""
    folder = shelving.current()
    state = shelving.read(folder) if folder else None
    if folder is None or state is None:
        if not Record.objects.exclude(published_at=None).exists():
            return fine("nothing has been published that could be found")
        return notice("nothing has been indexed yet", f"The worker does it as soon as a plan is applied. {_REBUILD}")
    try:
        engine = backends.engine()
        if not folder.name.startswith(f"{engine.name}-"):
            return problem(
                f"the indexes are not of {engine.name}, which SUNLIT_SEARCH and SEARCH_URL ask for", _REBUILD
            )
        reader = engine.reader(folder, "public")
        documents = reader.health().documents
        reader.close()
    except (EngineUnavailable, ValueError) as error:
        return problem(str(error), _REBUILD)
    behind = ledger.head().size - state.position
    if behind > _LAG:
        return notice(f"{behind:,} entries behind", "It catches up while the worker runs; look again later.")
    return fine(f"{documents:,} documents everyone may find, {engine.name}")
