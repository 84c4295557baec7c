"""What terminals answer when asked whether they show pictures."""

from __future__ import annotations

_WHITE = "rgb:ffff/ffff/ffff"
_GREY = "rgb:dddd/dddd/dddd"
_BLACK = "rgb:0000/0000/0000"

XTERM = (
    "\x1bP>|XTerm(379)\x1b\\"
    f"\x1b]10;{_BLACK}\x1b\\\x1b]11;{_WHITE}\x1b\\"
    "\x1b[6;19;9t\x1b[?63;1;2;4;6;9;15;22c"
)
KITTY = (
    "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.26.5)\x1b\\"
    f"\x1b]10;{_GREY}\x1b\\\x1b]11;{_BLACK}\x1b\\"
    "\x1b[6;18;9t\x1b[?62;c"
)
ITERM = (
    "\x1bP>|iTerm2 3.5.0\x1b\\\x1b]1337;ReportCellSize=17.0;8.0;2.0\x1b\\"
    f"\x1b]10;{_GREY}\a\x1b[?64;1;2;4;6;17;18;21;22c"
)
TMUX = f"\x1bP>|tmux 3.5a\x1b\\\x1b]10;{_GREY}\x1b\\\x1b[?1;2;4c"
