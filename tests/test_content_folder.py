"""The deck's folder: nothing outside it is read, and what cannot be read is told."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from mlready.content.compiling import compile_folder
from mlready.content.folder import read_folder
from mlready.content.limits import MAX_BYTES
from mlready.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(root: Path) -> list[str]:
    return [f"{p.location}: {p.message}" for p in read_folder(root).problems]


def test_a_deck_is_read(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder("--- questions/deep/er/more.yaml\ntopic: sets\nquestions: []\n")
    (root / "media").mkdir()
    (root / "media" / "a.svg").write_text("<svg/>")
    (root / "claims").mkdir()
    (root / "claims" / "a_claim.py").write_text("")
    folder = read_folder(root)
    assert list(folder.files) == [
        "deck.yaml",
        "references.yaml",
        "topics/1-basics.yaml",
        "questions/sets.yaml",
        "questions/deep/er/more.yaml",
    ]
    assert folder.problems == []
    assert set(folder.media) == {"a.svg"}
    assert folder.claims == {"a_claim"}
    assert set(folder.digests()) == set(folder.files)


def test_no_folder_and_no_deck(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="there is no deck folder"):
        read_folder(tmp_path / "missing")
    with pytest.raises(DeckError, match="holds no deck"):
        read_folder(tmp_path)


def test_names(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder("")
    for name in ("a.yml", "b.YAML", ".c.yaml", "d.yaml~", "e.txt", "f.yaml.orig"):
        (root / "questions" / name).write_text("")
    (root / "questions" / ".hidden").mkdir()
    (root / "questions" / ".hidden" / "g.yaml").write_text("")
    assert told(root) == [
        "questions/a.yml:1:1: this file is not read",
        "questions/b.YAML:1:1: this file is not read",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_names_that_cannot_be_printed(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder("")
    (root / "media").mkdir()
    for name in (b"questions/a\xff.yaml", b"questions/b\x1b[31m.yaml", b"media/c\xff.png"):
        with open(os.path.join(os.fsencode(root), name), "wb"):  # noqa: PTH118, PTH123
            pass
    folder = read_folder(root)
    assert told(root) == [
        "questions/a�.yaml:1:1: a file name that cannot be printed",
        "questions/b�[31m.yaml:1:1: a file name that cannot be printed",
        "media/c�.png:1:1: a file name that cannot be printed",
    ]
    assert folder.state()["attachments"]


def test_links_out_of_the_deck(deck_folder: Callable[[str], Path], tmp_path: Path) -> None:
    root = deck_folder("")
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("a.yaml", "b.png", "c.py"):
        (outside / name).write_text("secret: true")
    (root / "media").mkdir()
    (root / "claims").mkdir()
    (root / "questions" / "a.yaml").symlink_to(outside / "a.yaml")
    (root / "questions" / "rooms").symlink_to(outside, target_is_directory=True)
    (root / "questions" / "gone.yaml").symlink_to(root / "nowhere")
    (root / "questions" / "circle.yaml").symlink_to(root / "questions" / "circle.yaml")
    (root / "media" / "b.png").symlink_to(outside / "b.png")
    (root / "claims" / "c.py").symlink_to("../../outside/c.py")
    assert sorted(told(root)) == [
        "claims/c.py:1:1: a link that leads out of the deck's folder",
        "media/b.png:1:1: a link that leads out of the deck's folder",
        "questions/a.yaml:1:1: a link that leads out of the deck's folder",
        "questions/circle.yaml:1:1: this is not a file",
        "questions/gone.yaml:1:1: this is not a file",
        "questions/rooms:1:1: a link to a folder",
    ]
    folder = read_folder(root)
    assert not any(b"secret" in data for data in folder.files.values())
    assert folder.media == {}
    assert folder.claims == set()


def test_links_within_the_deck(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder("")
    (root / "media").mkdir()
    (root / "media" / "a.png").write_text("")
    (root / "media" / "b.png").symlink_to("a.png")
    assert set(read_folder(root).media) == {"a.png", "b.png"}


def test_things_that_are_no_files(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder("")
    (root / "questions" / "room.yaml").mkdir()
    (root / "media").write_text("not a folder")
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "questions" / "pipe.yaml")
        assert told(root) == ["questions/pipe.yaml:1:1: this is not a file"]
    (root / "deck.yaml").unlink()
    (root / "deck.yaml").mkdir()
    assert "deck.yaml:1:1: this is not a file" in told(root)


def test_a_folder_that_cannot_be_listed_is_told(
    deck_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its questions would count as retired."""
    root = deck_folder("--- questions/locked/a.yaml\ntopic: sets\nquestions: []\n")
    scan = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert told(root) == ["questions/locked:1:1: cannot be read: Permission denied"]


def test_a_huge_file_is_not_read_to_its_end(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder("")
    with (root / "questions" / "huge.yaml").open("wb") as stream:
        stream.truncate(10 * MAX_BYTES)
    folder = read_folder(root)
    assert len(folder.files["questions/huge.yaml"]) == MAX_BYTES + 1
    deck, _ = compile_folder(folder)
    assert [str(p.location) for p in deck.errors] == ["questions/huge.yaml:1:1"]
    assert deck.errors[0].message == "the file is larger than 8 MiB"


def test_pictures_lie_in_media(deck_folder: Callable[[str], Path]) -> None:
    root = deck_folder(
        "--- questions/more.yaml\n"
        "topic: sets\n"
        "questions:\n"
        "- id: a\n"
        "  kind: example\n"
        "  question: |\n"
        "    ![here](here.png) and\n"
        "    ![there](../there.png) and ![gone](gone.png)\n"
        "  answer: a\n"
        "  source: {ref: halmos-1960}\n"
    )
    (root / "media").mkdir()
    (root / "media" / "here.png").write_text("")
    deck, _ = compile_folder(read_folder(root))
    assert [f"{p.location} {p.message}" for p in deck.problems] == [
        'questions/more.yaml:7:14 "../there.png" is outside the deck\'s media folder',
        'questions/more.yaml:7:40 there is no picture "gone.png" in media/',
    ]
