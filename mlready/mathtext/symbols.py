r"""The symbols of the documented subset: what each command shows, in Unicode, in ASCII, aloud.

One line a symbol: its commands (the first is the usual one), the character, how it is written in
ASCII, how it is read. `=` stands for "as the first command" in the last two columns.
"""

from __future__ import annotations

from mlready.mathtext.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


# What an atom is to its neighbours, as in The TeXbook, chapter 17; INNER is for fractions.
ORD, OP, BIN, REL, OPEN, CLOSE, PUNCT, INNER = range(8)


class Symbol(Record):
    """One symbol: the leaf of a formula's tree.

    Attributes:
        text: what shows.
        kind: ORD, OP and so on.
        ascii: what shows where only ASCII does.
        speech: what one says.
        command: as it is written in LaTeX, without its backslash.
    """

    text: str
    kind: int
    ascii: str
    speech: str
    command: str = ""


_ORDINARY: Final = r"""
alpha | α | = | =
beta | β | = | =
gamma | γ | = | =
delta | δ | = | =
epsilon | ϵ | = | =
varepsilon | ε | = | epsilon
zeta | ζ | = | =
eta | η | = | =
theta | θ | = | =
vartheta | ϑ | = | theta
iota | ι | = | =
kappa | κ | = | =
lambda | λ | = | =
mu | μ | = | =
nu | ν | = | =
xi | ξ | = | =
omicron | ο | = | =
pi | π | = | =
varpi | ϖ | = | pi
rho | ρ | = | =
varrho | ϱ | = | rho
sigma | σ | = | =
varsigma | ς | = | sigma
tau | τ | = | =
upsilon | υ | = | =
phi | ϕ | = | =
varphi | φ | = | phi
chi | χ | = | =
psi | ψ | = | =
omega | ω | = | =
Gamma | Γ | = | capital gamma
Delta | Δ | = | capital delta
Theta | Θ | = | capital theta
Lambda | Λ | = | capital lambda
Xi | Ξ | = | capital xi
Pi | Π | = | capital pi
Sigma | Σ | = | capital sigma
Upsilon | Υ | = | capital upsilon
Phi | Φ | = | capital phi
Psi | Ψ | = | capital psi
Omega | Ω | = | capital omega
infty | ∞ | infinity | infinity
partial | ∂ | del | partial
nabla | ∇ | grad | nabla
ell | ℓ | ell | ell
hbar hslash | ℏ | hbar | h bar
imath | ı | imath | i
jmath | ȷ | jmath | j
Re | ℜ | Re | real part
Im | ℑ | Im | imaginary part
wp | ℘ | wp | p
intercal | ⊺ | intercal | transpose
aleph | ℵ | aleph | aleph
emptyset varnothing | ∅ | emptyset | the empty set
forall | ∀ | for all | for all
exists | ∃ | exists | there exists
nexists | ∄ | not exists | there is no
neg lnot | ¬ | not | not
top | ⊤ | top | top
bot | ⊥ | bot | bottom
angle | ∠ | angle | angle
triangle | △ | triangle | triangle
square Box | □ | square | square
blacksquare | ■ | blacksquare | black square
diamondsuit | ♢ | diamondsuit | diamond
clubsuit | ♣ | club | club
heartsuit | ♡ | heart | heart
spadesuit | ♠ | spade | spade
flat | ♭ | flat | flat
natural | ♮ | natural | natural
sharp | ♯ | sharp | sharp
checkmark | ✓ | check | check mark
dagger | † | dagger | dagger
prime | ′ | ' | prime
vdots | ⋮ | vdots | vertical dots
S | § | section | section
$ | $ | $ | dollar
% | % | % | percent
# | # | # | number
& | & | & | and
_ | _ | _ | underscore
complement | ∁ | compl | complement
beth | ℶ | = | =
gimel | ℷ | = | =
daleth | ℸ | = | =
digamma | ϝ | = | =
varkappa | ϰ | = | kappa
mho | ℧ | = | =
bigstar | ★ | = | black star
lozenge | ◊ | = | lozenge
blacklozenge | ⧫ | = | black lozenge
blacktriangle | ▲ | = | black triangle
triangledown | ▿ | = | triangle down
measuredangle | ∡ | = | measured angle
ddagger | ‡ | = | double dagger
"""

_BINARY: Final = r"""
pm | ± | +- | plus or minus
mp | ∓ | -+ | minus or plus
times | × | xx | times
div | ÷ | -: | divided by
cdot centerdot | · | * | times
ast | ∗ | ** | star
star | ⋆ | *** | star
circ | ∘ | @ | composed with
bullet | ∙ | bullet | bullet
cap | ∩ | cap | intersected with
cup | ∪ | cup | union
uplus | ⊎ | u+ | multiset union
sqcap | ⊓ | sqcap | meet
sqcup | ⊔ | sqcup | disjoint union
vee lor | ∨ | or | or
wedge land | ∧ | and | and
setminus smallsetminus | ∖ | setminus | without
wr | ≀ | wr | wreath
oplus | ⊕ | o+ | direct sum
ominus | ⊖ | o- | circled minus
otimes | ⊗ | ox | tensor
oslash | ⊘ | o/ | circled slash
odot | ⊙ | o. | elementwise times
diamond | ⋄ | diamond | diamond
bigtriangleup | △ | triangle | triangle
triangleleft | ◁ | triangleleft | triangle left
triangleright | ▷ | triangleright | triangle right
amalg | ⨿ | amalg | coproduct
ltimes | ⋉ | ltimes | semidirect product
rtimes | ⋊ | rtimes | semidirect product
boxplus | ⊞ | boxplus | boxed plus
boxtimes | ⊠ | boxtimes | boxed times
boxminus | ⊟ | = | boxed minus
boxdot | ⊡ | = | boxed dot
dotplus | ∔ | = | dotted plus
veebar | ⊻ | xor | exclusive or
barwedge | ⊼ | nand | not and
curlyvee | ⋎ | = | curly or
curlywedge | ⋏ | = | curly and
circledast | ⊛ | = | circled star
circledcirc | ⊚ | = | circled circle
bigcirc | ◯ | = | big circle
bigtriangledown | ▽ | = | triangle down
bmod | mod | mod | modulo
"""

_RELATIONS: Final = r"""
le leq leqslant | ≤ | <= | is at most
ge geq geqslant | ≥ | >= | is at least
lt | < | < | is less than
gt | > | > | is greater than
ne neq | ≠ | != | is not equal to
equiv | ≡ | === | is equivalent to
approx | ≈ | ~~ | is approximately
approxeq | ≊ | ~~= | is approximately equal to
sim | ∼ | ~ | is distributed as
simeq | ≃ | ~= | is similar or equal to
cong | ≅ | ~== | is congruent to
asymp | ≍ | asymp | is of the order of
doteq | ≐ | .= | dot equals
propto varpropto | ∝ | prop to | is proportional to
ll | ≪ | << | is much less than
gg | ≫ | >> | is much greater than
lesssim | ≲ | <~ | is at most about
gtrsim | ≳ | >~ | is at least about
prec | ≺ | -< | precedes
succ | ≻ | >- | succeeds
preceq | ⪯ | -<= | precedes or equals
succeq | ⪰ | >-= | succeeds or equals
preccurlyeq | ≼ | -<~= | precedes or equals
succcurlyeq | ≽ | >-~= | succeeds or equals
precsim | ≾ | -<~ | precedes or is equivalent to
succsim | ≿ | >-~ | succeeds or is equivalent to
nprec | ⊀ | not-< | does not precede
nsucc | ⊁ | not>- | does not succeed
npreceq | ⋠ | not-<= | does not precede or equal
nsucceq | ⋡ | not>-= | does not succeed or equal
leqq | ≦ | <=_ | is at most
geqq | ≧ | >=_ | is at least
lessapprox | ⪅ | <~~ | is at most approximately
gtrapprox | ⪆ | >~~ | is at least approximately
lll | ⋘ | <<< | is very much less than
ggg | ⋙ | >>> | is very much greater than
in | ∈ | in | in
notin | ∉ | not in | not in
ni owns | ∋ | contains | contains
subset | ⊂ | subset | is a subset of
supset | ⊃ | supset | is a superset of
subseteq | ⊆ | subset= | is a subset of or equal to
supseteq | ⊇ | supset= | is a superset of or equal to
subsetneq | ⊊ | subset!= | is a proper subset of
supsetneq | ⊋ | supset!= | is a proper superset of
nsubseteq | ⊈ | not subset= | is not a subset of
nsupseteq | ⊉ | not supset= | is not a superset of
sqsubseteq | ⊑ | sqsubset= | is below
sqsupseteq | ⊒ | sqsupset= | is above
sqsubset | ⊏ | = | is strictly below
sqsupset | ⊐ | = | is strictly above
Subset | ⋐ | = | is compactly contained in
Supset | ⋑ | = | compactly contains
upharpoonright restriction | ↾ | restricted to | restricted to
therefore | ∴ | = | therefore
because | ∵ | = | because
pitchfork | ⋔ | = | is transverse to
between | ≬ | = | between
Vdash | ⊩ | ||- | forces
eqsim | ≂ | = | is equal or similar to
circeq | ≗ | = | is equal in a ring to
bumpeq | ≏ | = | is about equal to
trianglerighteq | ⊵ | contains normal | has as normal subgroup
eqqcolon | ≕ | =: | defines
mid | ∣ | | | given
nmid | ∤ | not| | does not divide
parallel | ∥ | parallel | is parallel to
nparallel | ∦ | not parallel | is not parallel to
perp | ⊥ | _|_ | is orthogonal to
vdash | ⊢ | |- | proves
dashv | ⊣ | -| | left tack
models vDash | ⊨ | |= | models
nvdash | ⊬ | not|- | does not prove
nless | ≮ | not< | is not less than
ngtr | ≯ | not> | is not greater than
nleq | ≰ | not<= | is not at most
ngeq | ≱ | not>= | is not at least
ncong | ≇ | not~== | is not congruent to
nsim | ≁ | not~ | is not similar to
bowtie | ⋈ | bowtie | joined with
smile | ⌣ | smile | smile
frown | ⌢ | frown | frown
triangleq | ≜ | =def= | is defined as
coloneqq | ≔ | := | is defined as
trianglelefteq | ⊴ | normal | is a normal subgroup of
lessgtr | ≶ | lessgtr | is less or greater than
gtrless | ≷ | gtrless | is greater or less than
vartriangleleft | ⊲ | vartriangleleft | triangle left
vartriangleright | ⊳ | vartriangleright | triangle right
rightarrow to | → | -> | to
leftarrow gets | ← | <- | gets
leftrightarrow | ↔ | <-> | corresponds to
Rightarrow | ⇒ | => | implies
Leftarrow | ⇐ | <== | is implied by
Leftrightarrow | ⇔ | <=> | if and only if
implies | ⟹ | ==> | implies
impliedby | ⟸ | <=== | is implied by
iff | ⟺ | <==> | if and only if
Longrightarrow | ⟹ | ==> | implies
Longleftarrow | ⟸ | <=== | is implied by
Longleftrightarrow | ⟺ | <==> | if and only if
longrightarrow | ⟶ | --> | to
longleftarrow | ⟵ | <-- | from
longleftrightarrow | ⟷ | <--> | corresponds to
mapsto | ↦ | |-> | maps to
longmapsto | ⟼ | |--> | maps to
hookrightarrow | ↪ | c-> | embeds in
hookleftarrow | ↩ | <-c | is embedded from
twoheadrightarrow | ↠ | ->> | maps onto
rightarrowtail | ↣ | >-> | injects into
leftharpoonup | ↼ | <-^ | harpoon left
rightharpoonup | ⇀ | -^ | converges weakly to
leftharpoondown | ↽ | <-v | harpoon left
rightharpoondown | ⇁ | -v | harpoon right
rightleftharpoons | ⇌ | <=eq=> | is in balance with
rightrightarrows | ⇉ | =>> | converges uniformly to
leadsto rightsquigarrow | ⇝ | ~> | leads to
nrightarrow | ↛ | not-> | does not go to
nRightarrow | ⇏ | not=> | does not imply
nleftarrow | ↚ | not<- | does not come from
nleftrightarrow | ↮ | not<-> | does not correspond to
nLeftarrow | ⇍ | not<== | is not implied by
nLeftrightarrow | ⇎ | not<=> | is not equivalent to
twoheadleftarrow | ↞ | <<- | is mapped onto from
rightleftarrows | ⇄ | = | to and from
leftrightarrows | ⇆ | = | from and to
leftleftarrows | ⇇ | = | double arrow left
upuparrows | ⇈ | = | double arrow up
curvearrowleft | ↶ | = | arrow curved left
curvearrowright | ↷ | = | arrow curved right
circlearrowleft | ↺ | = | arrow circling left
circlearrowright | ↻ | = | arrow circling right
multimap | ⊸ | -o | linearly implies
nearrow | ↗ | nearrow | increases to
searrow | ↘ | searrow | decreases to
swarrow | ↙ | swarrow | arrow down left
nwarrow | ↖ | nwarrow | arrow up left
"""

# Relations that may be delimiters too.
_ARROWS_UP: Final = r"""
uparrow | ↑ | uparrow | up arrow
downarrow | ↓ | downarrow | down arrow
updownarrow | ↕ | updownarrow | up and down
Uparrow | ⇑ | Uparrow | double arrow up
Downarrow | ⇓ | Downarrow | double arrow down
Updownarrow | ⇕ | Updownarrow | double arrow up and down
"""

_DOTS: Final = r"""
ldots dotsc dotso dots | … | ... | and so on
cdots dotsb dotsm dotsi | ⋯ | ... | and so on
ddots | ⋱ | ... | and so on
"""

_DELIMITERS: Final = {
    OPEN: r"""
lbrack | [ | [ | open bracket
lbrace { | { | { | open brace
langle | ⟨ | <( | open angle
lfloor | ⌊ | floor( | floor of
lceil | ⌈ | ceil( | ceiling of
lvert | | | | | absolute value of
lVert | ‖ | || | norm of
""",
    CLOSE: r"""
rbrack | ] | ] | close bracket
rbrace } | } | } | close brace
rangle | ⟩ | )> | close angle
rfloor | ⌋ | ) | end floor
rceil | ⌉ | ) | end ceiling
rvert | | | | | end absolute value
rVert | ‖ | || | end norm
""",
    ORD: r"""
vert | | | | | bar
Vert | ‖ | || | double bar
backslash | \ | \ | backslash
""",
}

# Functions written as words; those of the second line take limits in displays.
FUNCTIONS: Final = [
    "arccos",
    "arcsin",
    "arctan",
    "arg",
    "cos",
    "cosh",
    "cot",
    "coth",
    "csc",
    "deg",
    "dim",
    "exp",
    "hom",
    "ker",
    "lg",
    "ln",
    "log",
    "sec",
    "sin",
    "sinh",
    "tan",
    "tanh",
]
LIMIT_FUNCTIONS: Final = {
    "det": "det",
    "gcd": "gcd",
    "inf": "inf",
    "lim": "lim",
    "liminf": "lim inf",
    "limsup": "lim sup",
    "varliminf": "lim inf",
    "varlimsup": "lim sup",
    "injlim": "inj lim",
    "projlim": "proj lim",
    "max": "max",
    "min": "min",
    "Pr": "Pr",
    "sup": "sup",
}
_SAID: Final = {
    "arccos": "arc cosine",
    "arcsin": "arc sine",
    "arctan": "arc tangent",
    "arg": "arg",
    "cos": "cosine",
    "cosh": "hyperbolic cosine",
    "cot": "cotangent",
    "coth": "hyperbolic cotangent",
    "csc": "cosecant",
    "deg": "degree",
    "dim": "dimension",
    "exp": "exp",
    "hom": "hom",
    "ker": "kernel",
    "ln": "natural log",
    "sec": "secant",
    "sin": "sine",
    "sinh": "hyperbolic sine",
    "tan": "tangent",
    "tanh": "hyperbolic tangent",
    "det": "determinant",
    "gcd": "greatest common divisor",
    "inf": "infimum",
    "lim": "limit",
    "liminf": "limit inferior",
    "limsup": "limit superior",
    "varliminf": "limit inferior",
    "varlimsup": "limit superior",
    "injlim": "direct limit",
    "projlim": "inverse limit",
    "max": "maximum",
    "min": "minimum",
    "Pr": "probability",
    "sup": "supremum",
}

_BIG_OPERATORS: Final = r"""
sum | ∑ | sum | sum
prod | ∏ | prod | product
coprod | ∐ | coprod | coproduct
bigcup | ⋃ | Cup | union
bigcap | ⋂ | Cap | intersection
bigsqcup | ⨆ | SqCup | disjoint union
bigvee | ⋁ | Or | disjunction
bigwedge | ⋀ | And | conjunction
bigoplus | ⨁ | O+ | direct sum
bigotimes | ⨂ | Ox | tensor product
bigodot | ⨀ | O. | circled product
biguplus | ⨄ | U+ | multiset union
int | ∫ | int | integral
iint | ∬ | iint | double integral
iiint | ∭ | iiint | triple integral
oint | ∮ | oint | contour integral
"""
INTEGRALS: Final = frozenset(("int", "iint", "iiint", "oint"))

# What stands for itself. TeX makes `:` a relation; `|` and `/` are ordinary.
_CHARACTERS: Final = (
    Symbol("+", BIN, "+", "plus", "+"),
    Symbol("−", BIN, "-", "minus", "-"),
    Symbol("∗", BIN, "**", "star", "*"),
    Symbol("=", REL, "=", "equals", "="),
    Symbol("<", REL, "<", "is less than", "<"),
    Symbol(">", REL, ">", "is greater than", ">"),
    Symbol(":", REL, ":", "colon", ":"),
    Symbol("(", OPEN, "(", "open paren", "("),
    Symbol("[", OPEN, "[", "open bracket", "["),
    Symbol(")", CLOSE, ")", "close paren", ")"),
    Symbol("]", CLOSE, "]", "close bracket", "]"),
    Symbol("!", CLOSE, "!", "factorial", "!"),
    Symbol("?", CLOSE, "?", "question mark", "?"),
    Symbol(",", PUNCT, ",", "comma", ","),
    Symbol(";", PUNCT, ";", "semicolon", ";"),
    Symbol("/", ORD, "/", "over", "/"),
    Symbol(".", ORD, ".", "point", "."),
    Symbol("|", ORD, "|", "bar", "|"),
    Symbol("@", ORD, "(at)", "at", "@"),
    Symbol('"', ORD, '"', "quote", '"'),
    Symbol("`", ORD, "`", "back quote", "`"),
)


def _read(table: str, kind: int) -> dict[str, Symbol]:
    """The symbols of a table by command."""
    symbols: dict[str, Symbol] = {}
    for line in table.strip().splitlines():
        # A bar may be what is shown: the separators are those with blanks around them.
        names, text, ascii_text, speech = line.split(" | ", 3)
        commands = names.split()
        first = commands[0]
        symbol = Symbol(
            text,
            kind,
            first if ascii_text == "=" else ascii_text,
            first if speech == "=" else speech,
            first,
        )
        for command in commands:
            symbols[command] = symbol
    return symbols


def _read_all() -> dict[str, Symbol]:
    symbols = _read(_ORDINARY, ORD)
    symbols |= _read(_BINARY, BIN)
    symbols |= _read(_RELATIONS, REL)
    symbols |= _read(_ARROWS_UP, REL)
    symbols |= _read(_DOTS, INNER)
    symbols |= _read(_BIG_OPERATORS, OP)
    for kind, table in _DELIMITERS.items():
        symbols |= _read(table, kind)
    symbols["|"] = symbols["Vert"]  # a bar cannot stand in the table's first column
    symbols["colon"] = Symbol(":", PUNCT, ":", "colon", "colon")
    for name in FUNCTIONS:
        symbols[name] = Symbol(name, OP, name, _SAID.get(name, name), name)
    for name, text in LIMIT_FUNCTIONS.items():
        symbols[name] = Symbol(text, OP, text, _SAID.get(name, name), name)
    return symbols


# By command, without the backslash.
SYMBOLS: Final = _read_all()

# By the character that is typed; letters and digits stand for themselves.
CHARACTERS: Final = {symbol.command: symbol for symbol in _CHARACTERS} | {
    character: Symbol(character, ORD, character, character, character)
    for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
}
BIG_OPERATORS: Final = frozenset(
    line.split(" ", 1)[0] for line in _BIG_OPERATORS.split("\n") if line
)
DELIMITER_COMMANDS: Final = frozenset(
    [
        *_read(_DELIMITERS[OPEN], OPEN),
        *_read(_DELIMITERS[CLOSE], CLOSE),
        *_read(_DELIMITERS[ORD], ORD),
        *_read(_ARROWS_UP, REL),
    ]
)
PRIME: Final = SYMBOLS["prime"]
# Two `\perp` pushed together; there is no command for it.
INDEPENDENT: Final = Symbol("⫫", REL, "_||_", "is independent of", r"perp\!\!\!\perp")
NO_DELIMITER: Final = Symbol("", ORD, "", "", ".")
