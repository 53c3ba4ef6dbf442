"""Canonical JSON and salted commitments."""

import hashlib
import hmac

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import canonical, commitments

scalars = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
documents = st.recursive(
    scalars | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(documents)
def test_our_canonical_form_is_that_of_the_reference_implementation(document: object) -> None:
    encoded = canonical.encode(document)
    assert encoded == rfc8785.dumps(document)
    if not _has_float(document):
        assert canonical.decode(encoded) == document


def _has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_float(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_float(item) for item in value)
    return isinstance(value, float)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "\ud800", {"a": "\udfff"}, {1: "a"}, {"a": {2}}, b"x", 2**53]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.encode(value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"a": 1}', b'{"b":1,"a":2}', b"\xff", b'"\\u0061"', b"[" * 5000, b'{"a":1,"a":1}']
)
def test_bytes_in_another_form_are_refused(data: bytes) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.decode(data)


def test_a_commitment_is_what_anyone_can_recompute() -> None:
    salt = bytes(range(32))
    expected = hmac.new(salt, '{"a":"罚款","b":1}'.encode(), hashlib.sha256).digest()
    assert commitments.commit(salt, {"b": 1, "a": "罚款"}) == expected


def test_equal_documents_under_two_salts_do_not_look_alike() -> None:
    first, second = commitments.new_salt(), commitments.new_salt()
    assert len(first) == 32
    assert first != second
    assert commitments.commit(first, {}) != commitments.commit(second, {})


def test_a_file_is_bound_by_its_hash_and_never_confused_with_a_document() -> None:
    salt = commitments.new_salt()
    digest = hashlib.sha256(b"scan").hexdigest()
    expected = hmac.new(salt, b"\x00file\x00" + bytes.fromhex(digest), hashlib.sha256).digest()
    assert commitments.file_commit(salt, digest) == expected
    with pytest.raises(ValueError, match="SHA-256"):
        commitments.file_commit(salt, "abcd")
