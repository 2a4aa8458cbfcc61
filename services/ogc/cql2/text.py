"""CQL2 text read as CQL2 JSON.

The grammar is LALR(1), read in linear time and without recursion: parsers that go back and try again, the ready ones
among them, can be made to work for minutes or to overflow the stack by a hundred characters.
"""

from __future__ import annotations

from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

_WORDS = (
    "AND", "OR", "LIKE", "ILIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE", "Z",
    "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
)  # fmt: skip
_GRAMMAR = r"""
?start: either
?either: both | both (_OR both)+ -> either
?both: plain | plain (_AND plain)+ -> both
?plain: NOT plain -> negation
    | predicate
?predicate: sum
    | sum COMPARISON sum -> compared
    | sum NOT? _LIKE sum -> like
    | sum NOT? _ILIKE sum -> alike
    | sum NOT? _BETWEEN sum _AND sum -> between
    | sum NOT? _IN "(" either ("," either)* ")" -> among
    | sum _IS NOT? _NULL -> is_null
?sum: product (SIGN product)*
?product: power (TIMES power)*
?power: signed ("^" power)?
?signed: "-" signed -> negative
    | "+" signed
    | atom
?atom: "(" either ")"
    | STRING -> string
    | NUMBER -> number
    | _TRUE -> true
    | _FALSE -> false
    | (NAME | QUOTED) -> named
    | NAME "(" [either ("," either)*] ")" -> function
    | geometry
?geometry: _POINT _Z? place -> point
    | _LINESTRING _Z? places -> linestring
    | _POLYGON _Z? rings -> polygon
    | _MULTIPOINT _Z? "(" (coordinate | place) ("," (coordinate | place))* ")" -> multipoint
    | _MULTILINESTRING _Z? rings -> multilinestring
    | _MULTIPOLYGON _Z? "(" rings ("," rings)* ")" -> multipolygon
    | _GEOMETRYCOLLECTION _Z? "(" geometry ("," geometry)* ")" -> collection
?place: "(" coordinate ")"
places: "(" coordinate ("," coordinate)* ")"
rings: "(" places ("," places)* ")"
coordinate: ordinate ordinate ordinate?
ordinate: SIGN? NUMBER

NOT.2: /not\b/i
COMPARISON: "<>" | "<=" | ">=" | "=" | "<" | ">"
SIGN: "+" | "-"
TIMES: "*" | "/" | "%" | /div\b/i
STRING: /'(?:[^']|'')*'/
QUOTED: /"(?:[^"]|"")+"/
NUMBER: /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i
NAME: /[^\W\d][\w.:]*/
%ignore /\s+/
""" + "\n".join(f"_{word}.2: /{word}\\b/i" for word in _WORDS)

Json = Any


class NotText(ValueError):
    """The text is not CQL2; `place` is where it cannot be read any further (0: its first character)."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def read(text: str) -> Json:
    """Return the CQL2 JSON of a CQL2 text; NotText where it is none."""
    try:
        return _PARSER.parse(text)
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        raise NotText(len(text) if ended or error.pos_in_stream is None else error.pos_in_stream) from None


def _call(name: str, *arguments: Json) -> Json:
    return {"op": name, "args": list(arguments)}


def _is_not(part: Json) -> bool:
    return isinstance(part, Token) and part.type == "NOT"


def _negated(parts: tuple[Json, ...], made: Json) -> Json:
    return _call("not", made) if any(map(_is_not, parts)) else made


def _left_to_right(parts: tuple[Json, ...]) -> Json:
    made = parts[0]
    for sign, part in zip(parts[1::2], parts[2::2], strict=True):
        made = _call(sign.lower(), made, part)
    return made


def _shape(kind: str, coordinates: Json) -> Json:
    return {"type": kind, "coordinates": coordinates}


@v_args(inline=True)
class _Json(Transformer[Token, Json]):
    def either(self, *parts: Json) -> Json:
        return _call("or", *parts)

    def both(self, *parts: Json) -> Json:
        return _call("and", *parts)

    def negation(self, _: Token, part: Json) -> Json:
        return _call("not", part)

    def compared(self, left: Json, sign: Token, right: Json) -> Json:
        return _call(str(sign), left, right)

    def like(self, *parts: Json) -> Json:
        return _negated(parts, _call("like", parts[0], parts[-1]))

    def alike(self, *parts: Json) -> Json:
        """Write ILIKE, which GDAL sends, as CQL2 says it."""
        return _negated(parts, _call("like", _call("casei", parts[0]), _call("casei", parts[-1])))

    def between(self, *parts: Json) -> Json:
        return _negated(parts, _call("between", parts[0], *parts[-2:]))

    def among(self, *parts: Json) -> Json:
        first, *rest = (part for part in parts if not _is_not(part))
        return _negated(parts, _call("in", first, rest))

    def is_null(self, *parts: Json) -> Json:
        return _negated(parts, _call("isNull", parts[0]))

    def sum(self, *parts: Json) -> Json:
        return _left_to_right(parts)

    def product(self, *parts: Json) -> Json:
        return _left_to_right(parts)

    def power(self, base: Json, exponent: Json) -> Json:
        return _call("^", base, exponent)

    def negative(self, part: Json) -> Json:
        return -part if isinstance(part, int | float) and not isinstance(part, bool) else _call("*", -1, part)

    def string(self, text: Token) -> str:
        return text[1:-1].replace("''", "'")

    def number(self, text: Token) -> float:
        return _number(text)

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def named(self, name: Token) -> Json:
        return {"property": name[1:-1].replace('""', '"') if name.startswith('"') else str(name)}

    def function(self, name: Token, *arguments: Json) -> Json:
        given = [one for one in arguments if one is not None]
        match name.lower():
            case "date" | "timestamp" if len(given) == 1:
                return {name.lower(): given[0]}
            case "interval":
                return {"interval": given}
            case "bbox":
                return {"bbox": given}
        lower = name.lower()
        return _call(
            lower if lower.startswith(("s_", "t_", "a_")) or lower in ("casei", "accenti") else str(name), *given
        )

    def ordinate(self, *parts: Token) -> float:
        return -_number(parts[-1]) if parts[0] == "-" else _number(parts[-1])

    def coordinate(self, *parts: float) -> list[float]:
        return list(parts)

    def places(self, *parts: Json) -> Json:
        return list(parts)

    def rings(self, *parts: Json) -> Json:
        return list(parts)

    def point(self, at: Json) -> Json:
        return _shape("Point", at)

    def linestring(self, line: Json) -> Json:
        return _shape("LineString", line)

    def polygon(self, rings: Json) -> Json:
        return _shape("Polygon", rings)

    def multipoint(self, *places: Json) -> Json:
        return _shape("MultiPoint", list(places))

    def multilinestring(self, lines: Json) -> Json:
        return _shape("MultiLineString", lines)

    def multipolygon(self, *polygons: Json) -> Json:
        return _shape("MultiPolygon", list(polygons))

    def collection(self, *parts: Json) -> Json:
        return {"type": "GeometryCollection", "geometries": list(parts)}


def _number(text: str) -> float:
    return int(text) if text.isdecimal() and len(text) < 20 else float(text)


_PARSER = Lark(_GRAMMAR, parser="lalr", transformer=_Json())
