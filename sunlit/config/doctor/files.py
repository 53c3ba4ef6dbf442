"""What looks at files that are handed in: the virus scanner and the recogniser of scans."""

from __future__ import annotations

from sunlit.config.doctor.findings import Level, Situation, fine, problem
from sunlit.files.extraction import process
from sunlit.files.taking import scanning

Said = tuple[Level, str, str]


def scanner(situation: Situation) -> Said:
    """Judge whether the virus scanner answers, where one is set."""
    if not scanning.address():
        return fine("none is set: files are taken without one (SUNLIT_CLAMD)")
    try:
        scanning.ping()
    except (OSError, scanning.NoScanner) as error:
        return problem(
            f"{scanning.address()} does not answer ({error}): no file is taken", "Start clamd, or correct SUNLIT_CLAMD."
        )
    return fine(f"{scanning.address()} answers")


def recogniser(situation: Situation) -> Said:
    """Judge whether text in scans can be looked through."""
    if process.recogniser():
        return fine(process.recogniser())
    return fine("tesseract with chi_sim is not installed: text in scans is not looked through")
