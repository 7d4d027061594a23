"""An office that closed its register: unknown items are refused, what lacks is a correction."""

import json

from portal_inside import Inside, inside
from portal_support import seal

TABLE = {"only": True, "items": {"SH-DEMO-S1-01": {"papers": ["居住证", "照片"]}, "MINE-1": {}}}


def put(portal: Inside, task_code: str) -> tuple[int, str, str]:
    """Status, problem type, and the id."""
    sealed = seal(portal.key(), task_code=task_code)
    answer = portal.put(f"/v1/submissions/{sealed.id}", sealed.id, sealed.body)
    return answer.status, str(answer.json().get("type")), sealed.id


def test_an_unknown_item_is_refused_and_every_missing_paper_is_named() -> None:
    with inside() as portal:
        assert put(portal, "ELSEWHERE-1")[0] == 201
        (portal.folder / "register.json").write_text(json.dumps(TABLE), "utf-8")
        unknown = put(portal, "ELSEWHERE-1")
        assert unknown[:2] == (422, "urn:quanban:problem:task-unknown")
        assert put(portal, "MINE-1")[0] == 201
        _, _, identity = put(portal, "SH-DEMO-S1-01")
        while portal.portal.office.advance() == 0.0:
            pass
        told = portal.get(f"/v1/submissions/{identity}").json()
        assert told["stage"] == "correction"
        reasons = [(each["reason"], each["material_name"]) for each in told["result"]["reasons"]]
        assert reasons == [("page-missing", "居住证"), ("page-missing", "照片")]
        (portal.folder / "register.json").unlink()
        assert put(portal, "ELSEWHERE-1")[0] == 201
