"""Reading an execute request: inputs by value or by reference, checked against their schemas, nothing unknown."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx
from fastapi import Request
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]

from services.bodies import MOST, body
from services.errors import BadParameter
from services.ogc.links import base_url, site_url
from services.ogc.processes.process import Input, Json, Process

_QUALIFIED = {"value", "mediaType", "encoding", "schema", "format"}
_KINDS = {
    "string": ("văn bản", "text"),
    "number": ("số", "a number"),
    "integer": ("số nguyên", "a whole number"),
    "boolean": ("true hoặc false", "true or false"),
    "object": ("đối tượng JSON", "a JSON object"),
    "array": ("danh sách", "a list"),
}


@dataclass(frozen=True)
class Asked:
    """What a request to execute asks for: inputs by name, the outputs wanted, and whether they come bare."""

    inputs: Json
    outputs: tuple[str, ...]
    raw: bool

    def kept(self) -> Json:
        """Return it as a job keeps it."""
        return {"inputs": self.inputs, "outputs": list(self.outputs), "raw": self.raw}


async def read(request: Request, process: Process) -> Asked:
    """Read the body; BadParameter names the input that is missing, unknown or does not fit."""
    asked = _document(await body(request))
    given = asked.get("inputs", {})
    if not isinstance(given, dict):
        raise BadParameter("inputs", "“inputs” phải là đối tượng JSON.", "“inputs” must be a JSON object.")
    for name in given:
        if name not in process.inputs:
            raise _wrong(str(name)[:60], "không có ở quy trình này", "is not an input of this process")
    inputs = {name: await _input(request, name, one, given) for name, one in process.inputs.items()}
    outputs = _outputs(asked.get("outputs"), process)
    response = asked.get("response", "raw" if len(outputs) == 1 else "document")
    if response not in ("raw", "document"):
        raise BadParameter("response", "“response” là raw hoặc document.", "“response” is raw or document.")
    return Asked({name: value for name, value in inputs.items() if value is not None}, outputs, response == "raw")


def _document(sent: bytes) -> Json:
    try:
        asked = json.loads(sent, parse_constant=_no_number)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise BadParameter("inputs", "Thân yêu cầu phải là JSON có “inputs”.", "The body must be JSON with “inputs”.")
    return asked


def _no_number(text: str) -> Any:
    raise ValueError(text)


async def _input(request: Request, name: str, one: Input, given: Json) -> Any:
    if name not in given:
        if one.needed:
            raise BadParameter(name, f"Thiếu đầu vào “{name}”.", f"The input “{name}” is missing.")
        return one.schema.get("default")
    sent = given[name]
    if one.most == 1:
        return _fitting(name, one.schema, await _value(request, name, one.schema, sent))
    if not isinstance(sent, list):
        sent = [sent]
    if len(sent) > one.most:
        raise _wrong(name, f"nhận nhiều nhất {one.most} giá trị", f"takes at most {one.most} values")
    return [_fitting(name, one.schema, await _value(request, name, one.schema, part)) for part in sent]


async def _value(request: Request, name: str, schema: Json, sent: Any) -> Any:
    """Take a value as it stands, out of its wrapping, or from where it lies."""
    if not isinstance(sent, dict):
        return sent
    if isinstance(sent.get("href"), str) and set(sent) <= {"href", "type", "title", "rel", "hreflang"}:
        return _as_schema(schema, await _fetched(request, name, sent["href"]))
    if "value" in sent and set(sent) <= _QUALIFIED:
        value = sent["value"]
        if sent.get("encoding") == "base64" and isinstance(value, str):
            try:
                return _as_schema(schema, base64.b64decode(value, validate=True))
            except binascii.Error:
                raise _wrong(name, "không phải base64", "is not base64") from None
        return value
    return sent


async def _fetched(request: Request, name: str, href: str) -> bytes:
    """Return what lies at an address of this server, read as who asks, or in a `data:` address; nowhere else."""
    if href.startswith("data:"):
        head, comma, rest = href.partition(",")
        try:
            found = base64.b64decode(rest, validate=True) if head.endswith(";base64") else unquote_to_bytes(rest)
        except binascii.Error:
            comma = ""
        if not comma:
            raise _wrong(name, "có địa chỉ data: không đọc được", "has a data: address that cannot be read")
        return found
    base = base_url(request)
    if not href.startswith(f"{base}/collections/"):
        raise _wrong(
            name, f"chỉ nhận địa chỉ dưới {base}/collections/", f"takes only addresses below {base}/collections/"
        )
    headers = {n: v for n, v in request.headers.items() if n in ("authorization", "x-api-key", "host")}
    transport = httpx.ASGITransport(app=request.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=str(request.base_url)) as client:
        answer = await client.get(href.removeprefix(site_url(base)), headers=headers)
    if answer.status_code != 200 or len(answer.content) > MOST:
        raise _wrong(
            name,
            f"có địa chỉ không đọc được (mã {answer.status_code})",
            f"has an address that cannot be read (status {answer.status_code})",
        )
    return answer.content


def _as_schema(schema: Json, found: bytes) -> Any:
    text = found.decode("utf-8-sig", errors="replace")
    if schema.get("type") == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _fitting(name: str, schema: Json, value: Any) -> Any:
    """Return a value that fits its schema; the first thing that does not is told."""
    error = next(iter(Draft202012Validator(schema).iter_errors(value)), None)
    if error is not None:
        while error.context:
            error = max(error.context, key=lambda one: len(one.absolute_path))
        raise _told(name, error)
    return value


def _told(name: str, error: ValidationError) -> BadParameter:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    where, asked = name + place[:80], error.validator_value
    match error.validator:
        case "type":
            kinds = [asked] if isinstance(asked, str) else list(asked)
            vi, en = (" hoặc ".join(_KINDS[k][0] for k in kinds), " or ".join(_KINDS[k][1] for k in kinds))
            return _wrong(where, f"phải là {vi}", f"must be {en}", name)
        case "enum":
            allowed = ", ".join(map(str, asked))
            return _wrong(where, f"phải là một trong: {allowed}", f"is one of: {allowed}", name)
        case "const":
            return _wrong(where, f"phải là {asked}", f"must be {asked}", name)
        case "required":
            missing = ", ".join(one for one in asked if one not in error.instance)
            return _wrong(where, f"thiếu {missing}", f"lacks {missing}", name)
        case "pattern":
            return _wrong(where, f"không viết đúng dạng {asked}"[:120], f"is not of the form {asked}"[:120], name)
        case "minimum" | "exclusiveMinimum":
            return _wrong(where, f"phải từ {asked} trở lên", f"must be at least {asked}", name)
        case "maximum" | "exclusiveMaximum":
            return _wrong(where, f"không được quá {asked}", f"must be at most {asked}", name)
        case "maxLength" | "maxItems":
            return _wrong(where, f"dài quá {asked}", f"is longer than {asked}", name)
        case "minLength" | "minItems":
            return _wrong(where, f"ngắn hơn {asked}", f"is shorter than {asked}", name)
    return _wrong(where, "không đúng cấu trúc đã mô tả", "does not fit its description", name)


def _outputs(wanted: Any, process: Process) -> tuple[str, ...]:
    if wanted in (None, {}, []):
        return tuple(process.outputs)
    if not isinstance(wanted, dict | list) or not all(isinstance(name, str) for name in wanted):
        raise BadParameter("outputs", "“outputs” phải là đối tượng JSON.", "“outputs” must be a JSON object.")
    for name in wanted:
        if name not in process.outputs:
            raise BadParameter(
                "outputs", f"Không có đầu ra “{name[:60]}”.", f"There is no output “{name[:60]}” of this process."
            )
    return tuple(name for name in process.outputs if name in wanted)


def _wrong(where: str, vi: str, en: str, name: str = "") -> BadParameter:
    return BadParameter(name or where, f"Đầu vào “{where}” {vi}.", f"The input “{where}” {en}.")
