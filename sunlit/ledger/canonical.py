"""Canonical JSON (RFC 8785): one document, one sequence of bytes."""

import json

import rfc8785

# The standard library's encoder writes the same bytes as RFC 8785 for what ledger documents are made of, four times as
# fast; everything else goes through the reference implementation. A property test holds the two together.
_FAST = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SAFE_INTEGER = 2**53 - 1
_FIRST_SURROGATE = "\ud800"


class NotCanonical(ValueError):
    """Say that a value has no canonical form, or that bytes are not in it."""


def encode(document: object) -> bytes:
    """Return the canonical bytes of ``document``; raise NotCanonical where it has none (lone surrogates, NaN)."""
    try:
        if _is_plain(document):
            return _FAST.encode(document).encode("utf-8")
        return rfc8785.dumps(document)  # type: ignore[arg-type]  # its own type is not exported; it refuses the rest
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def decode(data: bytes) -> object:
    """Return the document written in ``data``; raise NotCanonical unless ``data`` is exactly its canonical form."""
    try:
        document: object = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON in UTF-8: {error}") from error
    if encode(document) != data:
        raise NotCanonical("JSON, but not in the canonical form of RFC 8785")
    return document


def _is_plain(value: object) -> bool:
    """Tell whether the fast encoder is exact for ``value``.

    It is for text, safe integers, lists, and objects whose keys sort alike by code point and in UTF-16.
    """
    if isinstance(value, str | bool) or value is None:
        return True
    if isinstance(value, int):
        return -_SAFE_INTEGER <= value <= _SAFE_INTEGER
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and key < _FIRST_SURROGATE and _is_plain(item) for key, item in value.items())
    return False
