"""The log: lines for people, or one JSON object per line for software; never with what is personal in them."""

from __future__ import annotations

import json
import logging
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from sunlit.screens import asking
from sunlit.text.scrubbing import scrub

FORMATS = ("line", "json")


class Lines(logging.Formatter):
    """Writes an entry as a line to be read by people, its stack below it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry without what is personal."""
        return scrub(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the line above the stack, with the request's name where there is one."""
        line = super().formatMessage(record)
        return f"{line} request={name}" if (name := asking.current()) else line


class JsonLines(logging.Formatter):
    """Writes an entry as one JSON object on a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry without what is personal."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if name := asking.current():
            said["request"] = name
        said |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            said["exception"] = record.exc_info[0].__qualname__
            said["stack"] = scrub(self.formatException(record.exc_info))
        elif record.stack_info:
            said["stack"] = scrub(record.stack_info)
        return json.dumps(said, ensure_ascii=False, default=str)


_FORMATTERS: dict[str, type[logging.Formatter]] = {"line": Lines, "json": JsonLines}


def configuration(form: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING for a format and the level below which nothing is written.

    Raises ValueError for a format that does not exist.
    """
    if form not in FORMATS:
        raise ValueError(f"SUNLIT_LOG_FORMAT is {form!r}; it can be {' or '.join(FORMATS)}")
    loggers: dict[str, dict[str, Any]] = {
        # What was not found and such: counted, and a line of the access log, which tells no path.
        "django.request": {"level": "ERROR"},
    }
    if form == "json":
        loggers["sunlit.access"] = {"level": "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": _FORMATTERS[form]}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "loggers": loggers,
        "root": {"handlers": ["console"], "level": level},
    }


def of_the_server(logging_settings: dict[str, Any]) -> dict[str, Any]:
    """Return the same for the web server, which would otherwise write in a form of its own."""
    found = deepcopy(logging_settings)
    found["loggers"]["_granian"] = {}
    return found


def written(form: str, level: int, logger: str, message: str) -> str:
    """Return an entry as it would stand in the log, for those who must not take the log's lock."""
    record = logging.LogRecord(logger, level, "", 0, message, None, None)
    return _FORMATTERS[form]().format(record)
