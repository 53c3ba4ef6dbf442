"""Reading ahead in a second process, so that checking the next rows and writing the last ones overlap."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

from django.db import connection, connections

Item = TypeVar("Item")

_AT_ONCE = 100
_BUFFER = 1 << 20
LARGE = 1_000_000
"""Bytes from which a file is worth a second process."""


def read_ahead(make: Callable[[], Iterator[Item]], *, size: int) -> Iterator[Item]:
    """Yield what ``make()`` yields, made in a second process if the file is large; its exceptions come through.

    Within a transaction, and where there is one processor, everything happens in this process.
    """
    if size < LARGE or connection.in_atomic_block or (os.cpu_count() or 1) < 2:
        return make()
    return _in_second_process(make)


def _in_second_process(make: Callable[[], Iterator[Item]]) -> Iterator[Item]:
    # A connection to a database must not be shared by two processes; each opens its own again.
    connections.close_all()
    context = get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    _widen(writer)
    process = context.Process(target=_work, args=(make, reader, writer), daemon=True)
    process.start()
    writer.close()
    try:
        while True:
            items: list[Item] | BaseException = reader.recv()
            if isinstance(items, BaseException):
                raise items
            if not items:
                return
            yield from items
    except EOFError as error:
        raise RuntimeError("the process that reads the file has died; go on with --resume") from error
    finally:
        reader.close()
        process.join(timeout=5)


def _widen(writer: Connection) -> None:
    """Let the pipe hold about two chunks, so that the reader works on while a chunk is being written."""
    with suppress(OSError, AttributeError):
        fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, _BUFFER)


def _work(make: Callable[[], Iterator[Item]], reader: Connection, writer: Connection) -> None:
    """Send lists of items, at the end an empty one, or the exception that ended them."""
    # Only the parent reads: with our copy closed, writing fails as soon as the parent is gone.
    reader.close()
    try:
        items = make()
        while part := list(islice(items, _AT_ONCE)):
            writer.send(part)
        writer.send([])
    except BrokenPipeError:
        pass
    except Exception as error:
        writer.send(error)
    finally:
        connections.close_all()
        writer.close()
