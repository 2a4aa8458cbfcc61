"""OGC API – Processes Part 1: the abstract tests of execution at once and as jobs."""

from __future__ import annotations

import base64
import json
import time
from email import message_from_bytes

import pytest

NO_JOB = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job"
NOT_READY = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready"
TABLE = "ten,lon,lat\nTrụ sở,108.4419,11.9404\nBiển,109.4,11.5\n"
ASSIGN = {"table": TABLE}
PLACES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"n": 1}, "geometry": {"type": "Point", "coordinates": [108.4419, 11.9404]}}
    ],
}
EXPORT = {"collection": "projects", "format": "csv", "properties": "code"}
LATER = {"Prefer": "respond-async"}


def execute(api, process="assign-areas", inputs=None, status=200, headers=None, **more):
    answer = api.http.post(
        f"{api.root}/processes/{process}/execution", json={"inputs": inputs or ASSIGN, **more}, headers=headers
    )
    assert answer.status_code == status, answer.text[:300]
    return answer


@pytest.fixture
def jobs(api, worker):
    """Run jobs to their end; they are dismissed afterwards."""
    made = []

    class Jobs:
        def post(self, *asked, **more):
            answer = execute(api, *asked, status=201, headers=LATER, **more)
            made.append(answer.headers["location"])
            return answer

        def done(self, *asked, ending="successful", **more):
            address = self.post(*asked, **more).headers["location"]
            for _ in range(600):
                told = api.http.get(address).json()
                if told["status"] in ("successful", "failed", "dismissed"):
                    assert told["status"] == ending, told
                    return told
                time.sleep(0.1)
            raise AssertionError(told)

        def results(self, *asked, **more):
            return api.http.get(api.link(self.done(*asked, **more), "results")["href"])

    yield Jobs()
    for address in made:
        api.http.delete(address)


def rows(answer):
    """The table in a bare answer."""
    assert answer.headers["content-type"].startswith("text/csv")
    return answer.text.splitlines()


@pytest.mark.ats(
    "Jobs.testJobCreationOp",
    "Jobs.testJobCreationRequest",
    "Jobs.testJobCreationDefaultExecutionMode",
    "Jobs.testJobCreationInputs",
    "Jobs.testJobCreationInputInline",
    "Jobs.testJobCreationSyncRawValueOne",
    "Jobs.testJobResultsSync",
)
def test_one_bare_value_at_once(api):
    """Without a preference, as the description puts it first: at once, the value itself."""
    assert api.json("/processes/assign-areas")["jobControlOptions"][0] == "sync-execute"
    answer = execute(api, outputs={"assigned": {}}, response="raw")
    assert len(rows(answer)) == 3
    assert "location" not in answer.headers


@pytest.mark.ats("Jobs.testJobCreationAutoExecutionMode", "Jobs.testJobCreationSuccessAsync")
def test_the_preference_is_kept(api, jobs):
    answer = jobs.post()
    assert answer.headers["preference-applied"] == "respond-async"
    told = answer.json()
    assert answer.headers["location"] == f"{api.root}/jobs/{told['jobID']}"
    assert told["status"] in ("accepted", "running")
    assert execute(api, headers={"Prefer": "respond-sync"}).status_code == 200


@pytest.mark.ats("Jobs.testJobCreationDefaultOutputs", "Jobs.testJobCreationSyncDocument")
def test_all_outputs_in_a_document(api):
    answer = execute(api, response="document")
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == set(api.json("/processes/assign-areas")["outputs"])
    assert answer.json()["assigned"]["mediaType"] == "text/csv"


@pytest.mark.ats("Jobs.testJobCreationInputArray")
def test_lists(api):
    told = api.json("/processes/zonal-statistics")
    assert told["inputs"]["statistics"]["maxOccurs"] > 1
    inputs = {**told["example"]["inputs"], "level": "province", "statistics": ["min", "max"]}
    header = rows(execute(api, "zonal-statistics", inputs))[0].split(",")
    assert {"min", "max"} <= {name.rpartition("_")[2] for name in header}
    assert "mean" not in {name.rpartition("_")[2] for name in header}


@pytest.mark.ats("Jobs.testJobCreationInputInlineObject", "Jobs.testJobCreationInputInlineMixed")
@pytest.mark.parametrize("wrapped", [False, True])
def test_objects(api, wrapped):
    """An object as it stands, or as a value with its media type."""
    sent = {"value": PLACES, "mediaType": "application/geo+json"} if wrapped else PLACES
    document = execute(api, inputs={"features": sent}, response="document").json()
    assert "24781" in json.dumps(document["assigned"])


@pytest.mark.ats("Jobs.testJobCreationInputInlineBinary")
def test_base64(api):
    sent = {"value": base64.b64encode(TABLE.encode()).decode(), "encoding": "base64", "mediaType": "text/csv"}
    plain = execute(api, outputs={"assigned": {}})
    assert execute(api, inputs={"table": sent}, outputs={"assigned": {}}).content == plain.content


@pytest.mark.ats("Jobs.testJobCreationInputRef")
def test_references(api):
    here = f"{api.root}/collections/cameras/items?limit=3&f=json"
    document = execute(api, inputs={"features": {"href": here, "type": "application/geo+json"}}, response="document")
    assert document.json()["report"]


@pytest.mark.ats("Jobs.testJobCreationInputValidation")
@pytest.mark.parametrize(
    ("process", "inputs", "name"),
    [
        ("assign-areas", {"khong-co": 1}, "khong-co"),
        ("assign-areas", {"table": 1}, "table"),
        ("carry", {"table": TABLE, "rule": "x"}, "rule"),
        ("carry", {"rule": "sum"}, "table"),
        ("zonal-statistics", {"coverage": "camera-distance", "statistics": ["x"]}, "statistics"),
    ],
)
def test_inputs_that_do_not_fit(api, process, inputs, name):
    assert execute(api, process, inputs, 400).json()["parameter"] == name


@pytest.mark.ats("Jobs.testJobCreationSyncRawValueMulti")
def test_several_bare_values(api):
    answer = execute(api, outputs={"assigned": {}, "report": {}}, response="raw")
    assert answer.headers["content-type"].startswith("multipart/related")
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + answer.content).get_payload()
    assert [part["Content-ID"] for part in parts] == ["<assigned>", "<report>"]
    assert json.loads(parts[1].get_payload(decode=True))


@pytest.mark.ats("JobList.testJobList", "JobList.testJobListSuccess")
def test_job_list(api, jobs):
    jobs.post()
    document = api.http.get(api.link(api.json(), "job-list")["href"]).json()
    assert api.link(document, "self", "json")
    for one in document["jobs"]:
        assert {"jobID", "type", "status", "processID"} <= set(one)
        assert one["status"] in ("accepted", "running", "successful", "failed", "dismissed")


@pytest.mark.ats("Jobs.testJobOp", "Jobs.testJobSuccess")
def test_status(api, jobs):
    told = jobs.done()
    assert (told["type"], told["processID"], told["status"], told["progress"]) == (
        "process", "assign-areas", "successful", 100,
    )  # fmt: skip
    assert told["created"] <= told["started"] <= told["finished"]
    assert api.link(told, "self")["href"] == f"{api.root}/jobs/{told['jobID']}"


@pytest.mark.ats("Jobs.testJobResults", "Jobs.testJobResultsAsyncDocument")
def test_results_as_a_document(api, jobs):
    answer = jobs.results(response="document")
    assert answer.status_code == 200
    assert answer.json() == execute(api, response="document").json()


@pytest.mark.ats("Jobs.testJobResultsAsyncRawValueOne")
def test_one_bare_result(api, jobs):
    wanted = execute(api, outputs={"assigned": {}}, response="raw")
    answer = jobs.results(outputs={"assigned": {}}, response="raw")
    assert rows(answer) == rows(wanted)


@pytest.mark.ats("Jobs.testJobResultsAsyncRawValueMulti")
def test_several_bare_results(jobs):
    answer = jobs.results(outputs={"assigned": {}, "report": {}}, response="raw")
    assert answer.headers["content-type"].startswith("multipart/related")


@pytest.mark.ats("Jobs.testJobResultsAsyncRawRef")
def test_results_by_reference(api, jobs):
    answer = jobs.results("export", EXPORT, response="raw")
    assert (answer.status_code, answer.content) == (204, b"")
    link = answer.links["file"]
    file = api.http.get(link["url"])
    assert file.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0] == "text/csv"
    assert len(file.text.splitlines()) > 1


@pytest.mark.ats("Jobs.testJobExceptionNoSuchJob", "Jobs.testJobResultsNoSuchJob")
@pytest.mark.parametrize("number", ["00000000-0000-4000-8000-000000000000", "khong-co"])
def test_no_such_job(api, abstract, number):
    path = f"/jobs/{number}" + ("/results" if "Results" in abstract else "")
    assert api.json(path, status=404)["type"] == NO_JOB


@pytest.mark.ats("Jobs.testJobResultsExceptionResultsNotReady")
def test_results_before_their_time(api, jobs):
    """Of jobs just put into the queue, one at least is asked before it is done."""
    for _ in range(4):
        address = jobs.post("export", {"collection": "communes", "format": "gpkg"}).headers["location"]
        answer = api.http.get(f"{address}/results")
        if answer.status_code == 404:
            break
    assert (answer.status_code, answer.json()["type"]) == (404, NOT_READY)


@pytest.mark.ats("Jobs.testJobResultsFailed")
def test_results_of_a_failed_job(api, jobs):
    told = jobs.done("carry", {"table": "ma,ten,value\n99999,Xã Không Có,100\n", "of": "former"}, ending="failed")
    answer = api.http.get(f"{api.root}/jobs/{told['jobID']}/results")
    assert 400 <= answer.status_code < 600
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.ats("/conf/dismiss/job-dismiss-op", "/conf/dismiss/job-dismiss-success")
def test_dismissal(api, jobs):
    address = jobs.post().headers["location"]
    answer = api.http.delete(address)
    assert (answer.status_code, answer.json()["status"]) == (200, "dismissed")
    assert api.http.get(f"{address}/results").status_code in (404, 410)
