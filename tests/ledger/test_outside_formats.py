"""The C2SP formats: signed notes, checkpoints, tiles, proof files, as software written by others reads them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sunlit.ledger import checkpoints, merkle, notes, proofs, tiles

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
VECTOR = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "sunlit.example/ledger"
VERIFIER = notes.verifier_of(ORIGIN, KEY)


def test_the_published_vector_verifies() -> None:
    verifier = notes.parse_vkey(VKEY)
    assert notes.verified(VECTOR, verifier) == "This is an example message.\n"
    assert verifier.vkey() == VKEY
    assert notes.parse(VECTOR).render() == VECTOR


@pytest.mark.parametrize(
    "bad",
    [
        VECTOR.replace("example message", "exemplary message"),
        VECTOR.replace("\n\n", "\n"),
        VECTOR.replace("— ", "- "),
        VECTOR.replace("example.com/foo", "example.com/bar"),
        VECTOR.replace("Uw2QOkn8", "Uw2QOkn9"),
        VECTOR[:-1],
        VECTOR.replace("This", "\x07This"),
        VECTOR.replace("IneyaQM=", "IneyaQM"),
        "",
        "\n\n",
    ],
)
def test_a_note_with_anything_changed_is_refused(bad: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.verified(bad, notes.parse_vkey(VKEY))


def test_signatures_by_unknown_keys_are_ignored() -> None:
    raw = notes.sign("text\n", ORIGIN, KEY)
    for n in range(20):
        other = notes.parse(notes.sign("text\n", f"witness{n}.example", Ed25519PrivateKey.generate()))
        raw += other.signatures[0].line()
    assert notes.verified(raw, VERIFIER) == "text\n"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u3000b"])
def test_a_key_is_not_given_a_name_that_cannot_be_written(name: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.sign("text\n", name, KEY)


@pytest.mark.parametrize(
    "vkey", ["", "a+b", "a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", VKEY[:-4], "x" + VKEY]
)
def test_a_verifier_key_with_anything_changed_is_refused(vkey: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.parse_vkey(vkey)


@given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_reads_back_as_it_was_signed(size: int, root: bytes) -> None:
    checkpoint = checkpoints.Checkpoint(ORIGIN, size, root)
    raw = checkpoints.signed(checkpoint, KEY)
    assert checkpoints.verified(raw, VERIFIER) == checkpoint
    assert raw.splitlines()[:2] == [ORIGIN, str(size)]


@pytest.mark.parametrize(
    "text", ["a\n1\n", "a\n01\nAA==\n", "a\n-1\nAA==\n", "a\n1\nAA==\n", "a\n١\nAA==\n", "\n1\n\n", "a\n1\n!\n"]
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(checkpoints.BadCheckpoint):
        checkpoints.parse_text(text)


def test_a_checkpoint_of_another_log_is_refused_although_the_key_is_right() -> None:
    raw = notes.sign(checkpoints.Checkpoint("other.example/ledger", 0, merkle.EMPTY_ROOT).text(), ORIGIN, KEY)
    with pytest.raises(checkpoints.BadCheckpoint, match="log other"):
        checkpoints.verified(raw, VERIFIER)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (tiles.Address(0, 0), "0/000"),
        (tiles.Address(0, 1234067), "0/x001/x234/067"),
        (tiles.Address(2, 0, 1), "2/000.p/1"),
        (tiles.Address(0, 273, 112), "0/273.p/112"),
        (tiles.Address(None, 1000, 255), "entries/x001/000.p/255"),
    ],
)
def test_tiles_have_one_name_each(address: tiles.Address, path: str) -> None:
    assert tiles.path(address) == path
    assert tiles.parse_path(path) == address


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/0", "0/00", "0/0000", "0/x000/001", "00/000", "64/000", "-1/000"),
        *("0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p", "0/000/", "/0/000", "data/000", "entries/1"),
        *("0/001/x002", "0/../000", "0/٠٠٠", "0/" + "x999/" * 30 + "999"),
    ],
)
def test_nonsense_is_no_tile(path: str) -> None:
    assert tiles.parse_path(path) is None


def test_a_log_of_70000_entries_has_the_tiles_of_the_specification() -> None:
    found = list(tiles.tiles_of(70_000))
    assert [(a.level, a.width) for a in found if a.width < 256] == [(0, 112), (1, 17), (2, 1)]
    assert sum(a.level == 0 for a in found) == 274
    assert sum(a.level == 1 for a in found) == 2
    assert sum(a.level == 2 for a in found) == 1


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_read_back_as_they_were_packed(entries: list[bytes]) -> None:
    packed = tiles.pack_entries(entries)
    assert tiles.unpack_entries(packed) == entries
    if packed:
        with pytest.raises(ValueError, match="in the middle"):
            tiles.unpack_entries(packed[:-1] if entries[-1] else packed + b"\x00")


def test_an_entry_too_long_for_its_length_field_is_refused() -> None:
    assert len(tiles.pack_entries([b"x" * 65_535])) == 65_537
    with pytest.raises(ValueError, match="65535"):
        tiles.pack_entries([b"x" * 65_536])


ENTRIES = [b"entry %d" % n for n in range(50)]


def make_proof(index: int, size: int) -> proofs.Proof:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    path = merkle.inclusion_proof(index, size, lambda lv, i: merkle.root_of(leaves[i << lv : (i + 1) << lv]))
    signed = checkpoints.signed(checkpoints.Checkpoint(ORIGIN, size, merkle.root_of(leaves)), KEY)
    return proofs.build(index, path, signed, ENTRIES[index])


@given(st.data(), st.integers(1, 50))
def test_a_proof_file_reads_back_and_verifies(data: st.DataObject, size: int) -> None:
    proof = make_proof(data.draw(st.integers(0, size - 1)), size)
    read = proofs.parse(proof.render())
    assert read == proof
    assert proofs.verify(read, read.extra, VERIFIER).size == size
    with pytest.raises(proofs.BadProof):
        proofs.verify(read, read.extra + b"!", VERIFIER)


@given(st.data())
def test_a_proof_file_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    text = make_proof(17, 50).render()
    place = data.draw(st.integers(0, len(text) - 1))
    replacement = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[place]))
    changed = text[:place] + replacement + text[place + 1 :]
    with pytest.raises(proofs.BadProof):
        proof = proofs.parse(changed)
        proofs.verify(proof, proof.extra, VERIFIER)


def test_a_proof_file_begins_as_the_specification_says() -> None:
    lines = make_proof(3, 7).render().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 3"
    assert lines[6:8] == ["", ORIGIN]
