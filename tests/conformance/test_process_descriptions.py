"""OGC API – Processes Part 1: the abstract tests of the landing page, the list of processes and their descriptions."""

from __future__ import annotations

import jsonschema
import pytest

PROCESSES = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
NO_PROCESS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process"


@pytest.fixture
def described(api):
    """The description of every process, by links from the list."""
    return [api.json(api.link(one, "self")["href"]) for one in api.json("/processes")["processes"]]


@pytest.mark.ats(
    "GeneralHttp.testHttp", "LandingPage.testLandingPageRetrieval", "LandingPage.testLandingPageValidation"
)
def test_landing_page(api):
    assert api.get().http_version == "HTTP/1.1"
    for rel in ("service-desc", "conformance", "processes", "job-list"):
        assert api.get(api.link(api.json(), rel)["href"]).status_code == 200


@pytest.mark.ats("Conformance.testValidateConformanceOperationAndResponse")
def test_conformance(api):
    declared = api.json("/conformance")["conformsTo"]
    for name in ("core", "ogc-process-description", "json", "job-list", "dismiss"):
        assert f"{PROCESSES}/{name}" in declared


@pytest.mark.ats("ProcessList.testPlLimitDefinition")
def test_limit_definition(api):
    told = api.parameter("/processes", "limit")
    assert not told.get("required")
    assert (told.get("style", "form"), told.get("explode", False)) == ("form", False)
    assert told["schema"]["type"] == "integer"
    assert 1 == told["schema"]["minimum"] <= told["schema"]["default"] <= told["schema"]["maximum"]


@pytest.mark.ats("ProcessList.testPlLimitResponse")
def test_limit_response(api):
    assert len(api.json("/processes", {"limit": "2"})["processes"]) == 2
    assert api.json("/processes", {"limit": "0"}, 400)["parameter"] == "limit"


@pytest.mark.ats("ProcessList.testPlLinks")
def test_links(api):
    document = api.json("/processes")
    assert api.link(document, "self", "json")
    page = api.get(api.link(document, "alternate", "html")["href"])
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.ats("ProcessList.testProcessList", "ProcessList.testProcessListSuccess")
def test_list(api):
    listed = api.json(api.link(api.json(), "processes")["href"])["processes"]
    assert len({one["id"] for one in listed}) == len(listed) >= 5
    for one in listed:
        assert one["title"]
        assert one["version"]
        assert set(one["jobControlOptions"]) <= {"sync-execute", "async-execute", "dismiss"}
        assert set(one["outputTransmission"]) <= {"value", "reference"}


@pytest.mark.ats("Process.testProcess", "Process.testProcessSuccess", "/conf/json/definition")
def test_description(api, described):
    for one in described:
        answer = api.get(f"/processes/{one['id']}")
        assert answer.headers["content-type"] == "application/json"
        (listed,) = [other for other in api.json("/processes")["processes"] if other["id"] == one["id"]]
        assert {name: one[name] for name in listed if name != "links"} == {n: listed[n] for n in listed if n != "links"}
        assert api.link(one, "execute")["href"] == f"{api.root}/processes/{one['id']}/execution"


@pytest.mark.ats("Process.testProcessExceptionNoSuchProcess")
def test_no_such_process(api):
    assert api.json("/processes/khong-co", status=404)["type"] == NO_PROCESS


@pytest.mark.ats(
    "OGCProcessDescription.testOGCProcessDescriptionJSON",
    "OGCProcessDescription.testOGCProcessDescriptionInputsDef",
    "OGCProcessDescription.testOGCProcessDescriptionInputDef",
)
def test_inputs(described):
    """Each has a schema that is one, and the example of each process fits them."""
    for one in described:
        for told in one["inputs"].values():
            assert told["title"]
            assert 0 <= told["minOccurs"] <= told["maxOccurs"]
            jsonschema.Draft202012Validator.check_schema(told["schema"])
            if "default" in told["schema"]:
                jsonschema.validate(told["schema"]["default"], told["schema"])
        sent = one["example"]["inputs"]
        assert {name for name, told in one["inputs"].items() if told["minOccurs"]} <= set(sent) <= set(one["inputs"])
        for name, value in sent.items():
            for part in value if one["inputs"][name]["maxOccurs"] > 1 else [value]:
                jsonschema.validate(part, one["inputs"][name]["schema"])


@pytest.mark.ats(
    "OGCProcessDescription.testOGCProcessDescriptionOutputsDef",
    "OGCProcessDescription.testOGCProcessDescriptionOutputDef",
)
def test_outputs(described):
    for one in described:
        assert one["outputs"]
        for told in one["outputs"].values():
            assert told["title"]
            jsonschema.Draft202012Validator.check_schema(told["schema"])


@pytest.mark.ats("/conf/html/content")
@pytest.mark.parametrize("path", ["/processes", "/processes/carry", "/jobs"])
def test_pages(api, path):
    answer = api.get(path, accept="text/html")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/html")


@pytest.mark.ats("/conf/oas30/completeness")
def test_operations_are_described(api, described):
    for path in ("/processes", "/processes/{p}", "/jobs", "/jobs/{j}", "/jobs/{j}/results"):
        assert api.media(path)
    for one in described:
        told = api.openapi["paths"][f"/processes/{one['id']}/execution"]["post"]
        assert "application/json" in told["requestBody"]["content"]
