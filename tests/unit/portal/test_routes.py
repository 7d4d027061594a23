"""The routes of the portal and the operations of its contract are the same."""

import re
from pathlib import Path

from contract_samples import operations
from starlette.routing import Route

from portal.app import create_app
from portal.assembly import assemble
from portal.fault_names import group_of

OUTSIDE = "/_faults/{}"


def shaped(path: str) -> str:
    """A path with its parameters' names taken away."""
    return re.sub(r"\{[a-z0-9_]+\}", "{}", path)


def routed(folder: Path) -> set[tuple[str, str]]:
    """Every method and path that the portal answers; HEAD comes with every GET."""
    portal = assemble(folder)
    try:
        routes = [each for each in create_app(portal).routes if isinstance(each, Route)]
    finally:
        portal.store.close()
    return {
        (method, shaped(route.path))
        for route in routes
        for method in route.methods or ()
        if not (method == "HEAD" and "GET" in (route.methods or ()))
    }


def test_every_operation_has_a_route_and_every_route_is_an_operation(tmp_path: Path) -> None:
    contract = {(each.method, shaped(each.path)) for each in operations()}
    assert {each for each in routed(tmp_path) if each[1] != OUTSIDE} == contract


def test_every_operation_belongs_to_a_group_that_can_be_down() -> None:
    assert not [each.path for each in operations() if group_of(each.path) == "all"]
