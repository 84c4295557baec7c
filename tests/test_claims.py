"""What cards claim and a computer can check, checked: every module in `claims/` of the deck."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from mlready.content.compiling import compile_folder
from mlready.content.folder import read_folder
from mlready.store.location import shipped_deck

if TYPE_CHECKING:
    from pathlib import Path

CLAIMS = sorted((shipped_deck() / "claims").glob("*.py"))


@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_claim_holds(path: Path) -> None:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.check()


def test_every_claim_is_made_by_a_card() -> None:
    deck, _ = compile_folder(read_folder(shipped_deck()))
    made = {question.claim.text for question in deck.questions.values() if question.claim}
    assert made == {path.stem for path in CLAIMS}
