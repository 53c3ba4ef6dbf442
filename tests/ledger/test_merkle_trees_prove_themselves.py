"""RFC 6962 trees: every proof we make verifies, and none verifies after any change."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunlit.ledger import merkle, tiles

LEAVES = [merkle.leaf_hash(b"entry %d" % n) for n in range(700)]


def rfc_root(leaves: list[bytes]) -> bytes:
    """The definition in RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def subtree(level: int, index: int) -> bytes:
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


ROOTS = [rfc_root(LEAVES[:n]) for n in range(len(LEAVES) + 1)]
sizes = st.integers(1, len(LEAVES))


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def test_roots_follow_the_definition_at_every_size() -> None:
    for size in range(len(LEAVES) + 1):
        assert merkle.root_of(LEAVES[:size]) == ROOTS[size]
        assert merkle.root(size, subtree) == ROOTS[size]


@pytest.mark.parametrize("size", [*range(1, 70), 127, 128, 129, 255, 256, 257, 511, 512, 513, 700])
def test_every_entry_of_a_tree_has_a_proof_that_verifies(size: int) -> None:
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, subtree)
        assert merkle.includes(index, size, LEAVES[index], proof, ROOTS[size])


@pytest.mark.parametrize("new", [*range(40), 255, 256, 257, 700])
def test_a_tree_is_consistent_with_all_it_grew_from(new: int) -> None:
    for old in range(new + 1):
        proof = merkle.consistency_proof(old, new, subtree)
        assert merkle.extends(old, new, ROOTS[old], ROOTS[new], proof)
        assert len(proof) <= 63


@given(st.data(), sizes, st.integers(0, 10_000))
@settings(deadline=None)
def test_an_inclusion_proof_with_any_bit_flipped_fails(data: st.DataObject, size: int, bit: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, subtree)
    assert not merkle.includes(index, size, flip(LEAVES[index], bit), proof, ROOTS[size])
    assert not merkle.includes(index, size, LEAVES[index], proof, flip(ROOTS[size], bit))
    for place in range(len(proof)):
        bad = [*proof[:place], flip(proof[place], bit), *proof[place + 1 :]]
        assert not merkle.includes(index, size, LEAVES[index], bad, ROOTS[size])
    assert not merkle.includes(index, size, LEAVES[index], [*proof, LEAVES[0]], ROOTS[size])
    assert not proof or not merkle.includes(index, size, LEAVES[index], proof[:-1], ROOTS[size])


@given(st.data(), sizes)
@settings(deadline=None)
def test_a_proof_for_one_place_does_not_serve_for_another(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 1))
    proof = merkle.inclusion_proof(index, size, subtree)
    assert merkle.includes(other, size, LEAVES[index], proof, ROOTS[size]) == (other == index)


@given(st.data(), sizes, st.integers(0, 10_000))
@settings(deadline=None)
def test_a_consistency_proof_with_any_bit_flipped_fails(data: st.DataObject, new: int, bit: int) -> None:
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(old, new, subtree)
    assert not merkle.extends(old, new, flip(ROOTS[old], bit), ROOTS[new], proof)
    assert not merkle.extends(old, new, ROOTS[old], flip(ROOTS[new], bit), proof)
    for place in range(len(proof)):
        bad = [*proof[:place], flip(proof[place], bit), *proof[place + 1 :]]
        assert not merkle.extends(old, new, ROOTS[old], ROOTS[new], bad)
    assert not merkle.extends(old, new, ROOTS[old], ROOTS[new], [*proof, LEAVES[0]])
    assert not proof or not merkle.extends(old, new, ROOTS[old], ROOTS[new], proof[:-1])


@given(st.data(), st.integers(2, len(LEAVES)))
@settings(deadline=None)
def test_a_log_that_changed_an_old_entry_cannot_prove_consistency(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    forged = [*LEAVES[:changed], merkle.leaf_hash(b"rewritten"), *LEAVES[changed + 1 : new]]
    proof = merkle.consistency_proof(
        old, new, lambda level, index: merkle.root_of(forged[index << level : (index + 1) << level])
    )
    assert not merkle.extends(old, new, ROOTS[old], merkle.root_of(forged), proof)


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="has no entry 3"):
        merkle.inclusion_proof(3, 3, subtree)
    with pytest.raises(ValueError, match="does not contain one of 4"):
        merkle.consistency_proof(4, 3, subtree)
    assert not merkle.includes(0, 0, LEAVES[0], [], merkle.EMPTY_ROOT)
    assert not merkle.extends(4, 3, ROOTS[4], ROOTS[3], [])


@given(sizes, sizes)
@settings(deadline=None, max_examples=60)
def test_the_growing_edge_gives_the_same_tree_from_wherever_it_is_resumed(size: int, more: int) -> None:
    stored: dict[tuple[int, int], bytes] = {}

    def grow(edge: tiles.Edge, leaves: list[bytes]) -> None:
        for leaf in leaves:
            for address, data in edge.add(leaf):
                stored[address.level or 0, address.number] = data
        for address, data in edge.partial():
            assert len(data) == address.width * 32
            stored[address.level or 0, address.number] = data

    grow(tiles.Edge(), LEAVES[:size])
    resumed = tiles.edge_at(size, lambda level, number: stored[level, number])
    assert resumed.root() == ROOTS[size]
    end = min(len(LEAVES), size + more)
    grow(resumed, LEAVES[size:end])
    assert resumed.size == end
    assert resumed.root() == ROOTS[end]
    reader = tiles.subtree_reader(lambda level, number: stored[level, number])
    assert merkle.root(size, reader) == ROOTS[size]
    assert sorted(stored) == sorted((a.level, a.number) for a in tiles.tiles_of(end))
    assert all(len(stored[a.level or 0, a.number]) == a.width * 32 for a in tiles.tiles_of(end))
