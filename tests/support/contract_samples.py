"""Requests drawn from `portal/openapi.yaml` with a seed: right ones, to be broken by fuzzers.

A small sampler of JSON Schema: what the contract uses and nothing more.
"""

import base64
import hashlib
import importlib
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import portal

# the standard library's own reader of patterns has no public name
patterns: Any = importlib.import_module("re._parser")
codes: Any = importlib.import_module("re._constants")

CONTRACT = Path(portal.__file__).with_name("openapi.yaml")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


@dataclass
class Draft:
    """A request before it is sent; headers are pairs, so a name may come twice."""

    method: str
    path: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    value: Any = None

    def set(self, name: str, value: str | None) -> None:
        """Replace a header, or take it away with None."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def seal(self) -> None:
        """Make body and digest follow the value."""
        self.body = json.dumps(self.value).encode()
        self.digest()

    def digest(self) -> None:
        """Announce the right digest of whatever the body is."""
        text = base64.b64encode(hashlib.sha256(self.body).digest()).decode()
        self.set("Content-Digest", f"sha-256=:{text}:")


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    name: str
    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    media_type: str | None
    schema: Mapping[str, Any] | None
    statuses: frozenset[int]


@cache
def contract() -> Mapping[str, Any]:
    """The contract as it lies in the package."""
    document: Mapping[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return document


def resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a `$ref` stands for."""
    while "$ref" in part:
        found: Any = contract()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the contract."""
    return tuple(_operations())


def draft(operation: Operation, dice: random.Random, terminal: str = "SH-000001") -> Draft:
    """A right request of an operation: every required member and header, some optional ones."""
    made = Draft(operation.method, operation.path, [("Terminal-Id", terminal)])
    query = []
    for parameter in operation.parameters:
        name, place = parameter["name"], parameter["in"]
        if not parameter.get("required") and dice.random() < 0.5:
            continue
        text = _text(sample(parameter["schema"], dice))
        if place == "path":
            made.path = made.path.replace("{" + name + "}", text)
        elif place == "query":
            query.append(f"{name}={text}")
        else:
            made.set(name, text)
    made.path += "?" + "&".join(query) if query else ""
    _fill(made, operation, dice)
    return made


def sample(schema: Mapping[str, Any], dice: random.Random) -> Any:
    """A value that the schema allows."""
    schema = resolved(schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return dice.choice(schema["enum"])
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return sample(_with(_without(schema, word), resolved(dice.choice(schema[word]))), dice)
    if "allOf" in schema:
        merged = _without(schema, "allOf")
        for part in schema["allOf"]:
            merged = _with(merged, resolved(part))
        return sample(merged, dice)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = dice.choice(kind) if isinstance(kind, list) else kind
    return _SAMPLERS[kind](schema, dice)


def _operations() -> Iterator[Operation]:
    for path, item in contract()["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method not in item:
                continue
            told = item[method]
            content = resolved(told.get("requestBody", {})).get("content", {})
            media_type = next(iter(content), None)
            yield Operation(
                told["operationId"],
                method.upper(),
                path,
                tuple(resolved(each) for each in [*shared, *told.get("parameters", [])]),
                media_type,
                content[media_type].get("schema") if media_type else None,
                frozenset(int(status) for status in told["responses"]),
            )


def _fill(made: Draft, operation: Operation, dice: random.Random) -> None:
    if operation.schema is None:
        return
    made.set("Content-Type", operation.media_type)
    if operation.media_type == "application/json":
        made.value = sample(operation.schema, dice)
        made.seal()
    else:
        made.body = dice.randbytes(dice.randrange(1, 200))
        made.digest()
    named = re_id(made.path)
    if named and any(each["name"] == "Idempotency-Key" for each in operation.parameters):
        made.set("Idempotency-Key", f'"{named}"')


def re_id(path: str) -> str | None:
    """The UUID in a path."""
    parts = [part for part in path.partition("?")[0].split("/") if len(part) == 36]
    return parts[0] if parts else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _without(schema: Mapping[str, Any], word: str) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != word}


def _with(schema: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Both at once; a property that is `false` must not be there."""
    properties = dict(schema.get("properties", {}))
    for name, part in more.get("properties", {}).items():
        if part is False:
            properties.pop(name, None)
        else:
            properties[name] = {**resolved(properties.get(name, {})), **part}
    required = [*schema.get("required", []), *more.get("required", [])]
    return {**schema, **more, "properties": properties, "required": required}


def _object(schema: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    wanted = set(schema.get("required", []))
    if schema.get("maxProperties") == 0:
        return {}
    return {
        name: sample(part, dice)
        for name, part in schema.get("properties", {}).items()
        if name in wanted or dice.random() < 0.5
    }


def _array(schema: Mapping[str, Any], dice: random.Random) -> list[Any]:
    least = schema.get("minItems", 0)
    count = dice.randint(least, min(schema.get("maxItems", least + 2), least + 2))
    return [sample(schema.get("items", {}), dice) for _ in range(count)]


def _string(schema: Mapping[str, Any], dice: random.Random) -> str:
    least = schema.get("minLength", 0)
    if "pattern" in schema:
        for _ in range(50):
            text = "".join(_spelled(_parsed(schema["pattern"]), dice))
            if least <= len(text) <= schema.get("maxLength", 10**9):
                return text
    count = dice.randint(least, min(schema.get("maxLength", least + 8), least + 8))
    return "".join(dice.choice("abcXYZ019 -演示") for _ in range(count))


def _whole(schema: Mapping[str, Any], dice: random.Random) -> int:
    least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return dice.randint(least, min(schema.get("maximum", least + 50), least + 50))


_SAMPLERS: Mapping[str, Any] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _whole,
    "number": lambda schema, dice: float(_whole(schema, dice)),
    "boolean": lambda _schema, dice: dice.random() < 0.5,
    "null": lambda _schema, _dice: None,
}


@cache
def _parsed(pattern: str) -> Any:
    return patterns.parse(pattern)


def _spelled(parsed: Any, dice: random.Random) -> Iterator[str]:
    for code, value in parsed:
        if code is codes.LITERAL:
            yield chr(value)
        elif code is codes.IN:
            yield _member(value, dice)
        elif code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            least, most, inner = value
            for _ in range(dice.randint(least, min(int(most), max(least, least + 6)))):
                yield from _spelled(inner, dice)
        elif code is codes.SUBPATTERN:
            yield from _spelled(value[3], dice)
        elif code is codes.BRANCH:
            yield from _spelled(dice.choice(value[1]), dice)


def _member(value: Any, dice: random.Random) -> str:
    code, what = dice.choice([each for each in value if each[0] is not codes.NEGATE])
    return chr(
        what if code is codes.LITERAL else what[0] + int(dice.random() * (what[1] - what[0] + 1))
    )
