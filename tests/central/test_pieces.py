"""The bytes of one request on their way into an upload."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest

from jdz_field.central.blobs import WrongOffset
from jdz_field.central.pieces import Checksum, Piece, Upload, WrongHash
from tests.central.tablet import Tablet, open_office

DATA = bytes(range(256)) * 40


def upload(offset=0):
    return Upload("u", "0" * 64, "p.jpg", len(DATA), offset, done=False)


def test_a_file_that_comes_at_once_is_hashed_on_the_way() -> None:
    piece = Piece(BytesIO(), upload(), None)
    piece.write(DATA[:100])
    assert (piece.room, piece.state.offset, piece.whole) == (len(DATA) - 100, 100, "")
    piece.write(bytearray(DATA[100:]))
    assert (piece.room, piece.whole) == (0, hashlib.sha256(DATA).hexdigest())


def test_a_later_part_says_nothing_of_the_whole() -> None:
    piece = Piece(BytesIO(), upload(offset=100), None)
    piece.write(DATA[100:])
    assert (piece.room, piece.whole) == (0, "")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_checksum_is_of_the_piece(algorithm) -> None:
    right = hashlib.new(algorithm, DATA[100:]).digest()
    piece = Piece(BytesIO(), upload(offset=100), Checksum(algorithm, right))
    piece.write(DATA[100:200])
    with pytest.raises(WrongHash):
        piece.verify()
    piece.write(DATA[200:])
    piece.verify()


class FullDisk(BytesIO):
    """Takes so many bytes, in small helpings, and then no more."""

    room = 1_000

    def write(self, data) -> int:
        taken = min(len(data), 300, self.room)
        if not taken:
            raise OSError(28, "No space left on device")
        self.room -= taken
        return super().write(bytes(data[:taken]))


def test_what_the_disk_refuses_leaves_no_part_of_itself() -> None:
    disk = FullDisk()
    piece = Piece(disk, upload(), None)
    piece.write(DATA[:600])
    assert not piece.broken
    with pytest.raises(OSError, match="No space"):
        piece.write(DATA[600:])
    assert piece.broken
    assert disk.getvalue() == DATA[:600]
    assert piece.state.offset == 600


def test_a_finished_upload_takes_nothing_more(tmp_path) -> None:
    sha = hashlib.sha256(DATA).hexdigest()
    with open_office(tmp_path) as office:
        caller = office.caller(Tablet.enrol(office).enrolment.token)
        begun = office.blobs.create(caller, sha, "p.jpg", len(DATA))
        with office.blobs.append(caller, begun.id, 0) as piece:
            piece.write(DATA)
        assert office.blobs.finish_if_complete(caller, begun.id, piece).offset == len(DATA)
        assert office.blobs.holds(sha)
        with office.blobs.append(caller, begun.id, len(DATA)) as again:
            assert again.room == 0
        assert office.blobs.finish_if_complete(caller, begun.id, again).done
        with pytest.raises(WrongOffset), office.blobs.append(caller, begun.id, 0):
            pass
        assert list(office.blobs.uploads.iterdir()) == []


def test_a_file_with_another_hash_is_dropped(tmp_path) -> None:
    with open_office(tmp_path) as office:
        caller = office.caller(Tablet.enrol(office).enrolment.token)
        begun = office.blobs.create(caller, "a" * 64, "p.jpg", len(DATA))
        with office.blobs.append(caller, begun.id, 0) as piece:
            piece.write(DATA)
        with pytest.raises(WrongHash):
            office.blobs.finish_if_complete(caller, begun.id, piece)
        assert not office.blobs.holds("a" * 64)
        assert list(office.blobs.uploads.iterdir()) == []
