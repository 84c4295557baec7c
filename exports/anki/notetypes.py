"""The two note types: what fields a note has, and how its cards look.

Anki merges an edited note type into a learner's collection only as long as it recognises
it. So ids never change, nor their order: a field or a template may be renamed when it keeps
its id and its place, and a new field takes those of a spare one. Anything else, a second
template among it, makes Anki refuse every note of the type as conflicting.
"""

from dataclasses import dataclass
from importlib.resources import files

# Raise this, to the time of the release, with every change to this module or the style:
# Anki takes a note type only when it is newer than its own, and a build time would
# undo the learner's own changes to the style with every package.
CHANGED = 1_795_305_600  # 2026-11-22T00:00Z

TEMPLATE_ID = 1
TEMPLATE_NAME = "Card"
SORT_FIELD = 1

# The learner's own: no package says anything in it.
OWN_FIELD = "My notes"
# Names a note to programs that cannot see its guid.
IDENTITY_FIELD = "Identity"

_SPARE_FIELDS = tuple((20 + number, f"Spare {number}") for number in range(3, 9))
_SHARED_FIELDS = (
    (3, "Answer"),
    (4, "Must mention"),
    (5, "Kind"),
    (6, "Level"),
    (7, "Phase"),
    (8, "Topic"),
    (9, "Source"),
    (10, "Rests on"),
    (21, OWN_FIELD),
    (22, IDENTITY_FIELD),
    *_SPARE_FIELDS,
)

_ABOUT = """\
<div class="about"><b>{{Topic}}</b><span>{{Kind}}</span><span>{{Level}}</span></div>"""

_NOTES = """\
{{#Must mention}}<div class="part"><div class="label">Must mention</div>\
{{Must mention}}</div>{{/Must mention}}
{{#My notes}}<div class="part own"><div class="label">My notes</div>\
{{My notes}}</div>{{/My notes}}
{{#Rests on}}<div class="part topics"><div class="label">Rests on</div>\
{{Rests on}}</div>{{/Rests on}}
<div class="foot">{{#Source}}<div>{{Source}}</div>{{/Source}}<div>{{Phase}}</div></div>"""


@dataclass(frozen=True, slots=True)
class Notetype:
    """A note type with its one template.

    Attributes:
        id: What Anki recognises it by.
        name: What Anki shows.
        is_cloze: Whether each hole number of a note is a card.
        fields: Id and name of each field, in order.
        front: Question side.
        back: Answer side.
    """

    id: int
    name: str
    is_cloze: bool
    fields: tuple[tuple[int, str], ...]
    front: str
    back: str


# The condition around the front makes Anki judge by the question alone whether a card
# is empty.
QUESTION = Notetype(
    id=1_758_913_402_117,
    name="mlready question",
    is_cloze=False,
    fields=((1, "Key"), (2, "Question"), *_SHARED_FIELDS),
    front=f"""{{{{#Question}}}}{_ABOUT}
<div class="question">{{{{Question}}}}</div>{{{{/Question}}}}""",
    back=f"""{{{{FrontSide}}}}
<hr id="answer">
<div class="answer">{{{{Answer}}}}</div>
{_NOTES}""",
)

CLOZE = Notetype(
    id=1_758_913_402_254,
    name="mlready cloze",
    is_cloze=True,
    fields=((1, "Key"), (2, "Text"), *_SHARED_FIELDS),
    front=f"""{_ABOUT}
<div class="question">{{{{cloze:Text}}}}</div>""",
    back=f"""{_ABOUT}
<div class="question">{{{{cloze:Text}}}}</div>
<hr id="answer">
{{{{#Answer}}}}<div class="answer">{{{{Answer}}}}</div>{{{{/Answer}}}}
{_NOTES}""",
)


def is_hidden(field: str) -> bool:
    """Say whether Anki's editor folds a field away, and a search looks past it."""
    return field == IDENTITY_FIELD or field.startswith("Spare ")


def read_style() -> str:
    """Return the style of both note types."""
    return files("exports.anki").joinpath("style.css").read_text(encoding="utf-8")
