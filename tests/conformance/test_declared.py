"""What the server declares is tested, and every abstract test of the suites is here or told why not."""

from __future__ import annotations

import csv
import fnmatch
import re
from pathlib import Path

import pytest

from services.settings import PROJECT

HERE = Path(__file__).parent
SUITES = {
    "ets-ogcapi-features10": ("test_features.py", "test_features_crs.py"),
    "ets-ogcapi-tiles10": ("test_tiles.py",),
    "ets-ogcapi-edr10": ("test_edr.py",),
    "ets-ogcapi-maps10": ("test_maps.py",),
    "ets-ogcapi-processes10": ("test_processes.py", "test_process_descriptions.py"),
}
STANDARDS = {
    "ogcapi-features-1": "ets-ogcapi-features10",
    "ogcapi-features-2": "ets-ogcapi-features10",
    "ogcapi-tiles-1": "ets-ogcapi-tiles10",
    "ogcapi-edr-1": "ets-ogcapi-edr10",
    "ogcapi-maps-1": "ets-ogcapi-maps10",
    "ogcapi-processes-1": "ets-ogcapi-processes10",
}
IN_SUITE = {  # classes whose abstract tests carry names of the suites
    "ogcapi-features-1/core": "Features.validateFeaturesOperation",
    "ogcapi-features-2/crs": "FeaturesCrsParameter.verifyFeaturesCrsParameter",
    "ogcapi-tiles-1/core": "MandatoryCore.validateSuccessfulTilesExecution",
    "ogcapi-tiles-1/tilesets-list": "TilesetLlinks.validateTilesetsListResponse",
    "ogcapi-tiles-1/geodata-tilesets": "GeospatialDataResource.geospatialResourceTilesetsRetrieval",
    "ogcapi-edr-1/core": "LandingPage.edrLandingPageValidation",
    "ogcapi-edr-1/collections": "CollectionsResponse.validateRetrievalOfCollections",
    "ogcapi-edr-1/queries": "QueryCollections.validateNoQueryParameters",
    "ogcapi-edr-1/json": "JSONEncoding.validateResponseForJSON",
    "ogcapi-edr-1/geojson": "GeoJSONEncoding.validateResponseForGeoJSON",
    "ogcapi-edr-1/edr-geojson": "EDRGeoJSONEncoding.validateResponseForEDRGeoJSON",
    "ogcapi-edr-1/oas30": "ApiDefinition.apiDefinitionValidation",
    "ogcapi-edr-1/position": "QueryCollections.validatePositionQueryUsingParameters",
    "ogcapi-edr-1/area": "QueryCollections.validateAreaQueryUsingParameters",
    "ogcapi-edr-1/locations": "LocationsCollections.locationsParameternameParameterDefinition",
    "ogcapi-maps-1/core": "MapResponse.verifyMapResponse",
    "ogcapi-maps-1/collections-selection": "CollectionsParameterTest.verifyCollectionsParameter",
    "ogcapi-maps-1/collection-map": "CollectionMapOperation.verifyCollectionMapOperation",
    "ogcapi-maps-1/dataset-map": "DatasetMapLandingPage.verifyDatasetMapLinkFromLandingPage",
    "ogcapi-maps-1/png": "PNGmapContent.verifyPngContent",
    "ogcapi-maps-1/styled-map": "StyledMapOperation.verifyStyledMapOperation",
    "ogcapi-maps-1/cors": "CorsSupport.verifyCorsSupport",
    "ogcapi-maps-1/api-operations": "ApiOperationsCompleteness.verifyApiOperationsCompleteness",
    "ogcapi-processes-1/core": "Jobs.testJobCreationOp",
    "ogcapi-processes-1/ogc-process-description": "OGCProcessDescription.testOGCProcessDescriptionJSON",
    "ogcapi-processes-1/job-list": "JobList.testJobListSuccess",
}


def names_of(suite):
    """The names of abstract tests in the files of a suite."""
    text = "".join((HERE / name).read_text(encoding="utf-8") for name in SUITES[suite])
    return set(re.findall(r"\"((?:[A-Z]\w+\.|/conf/)[\w/.-]+)\"", text))


def left_out():
    """The rows of docs/conformance.md: suite, name or pattern, reason."""
    text = (PROJECT / "docs" / "conformance.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (ets-\S+) \| `(\S+)` \| (.+) \|$", text, re.MULTILINE)


def test_every_abstract_test_is_here_or_told_why_not(reference):
    with (reference / "reference" / "ogc_ets_tests.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {suite: set() for suite in SUITES}
    for row in rows:
        known[row["suite"]].add(f"{Path(row['class']).stem}.{row['method']}")
    for suite, names in known.items():
        without = {n for n in names if any(s == suite and fnmatch.fnmatchcase(n, p) for s, p, _ in left_out())}
        here = {name for name in names_of(suite) if not name.startswith("/conf/")}
        assert here | without == names, suite
        assert not here & without, suite
    for suite, pattern, reason in left_out():
        assert reason
        assert fnmatch.filter(known[suite], pattern), pattern


def test_every_declared_class_is_tested(api):
    for uri in api.json("/conformance")["conformsTo"]:
        found = re.fullmatch(r"http://www\.opengis\.net/spec/([a-z0-9-]+)/[\d.]+/(?:conf|req)/(.+)", uri)
        if not found:
            pytest.fail(uri)
        standard, name = found.groups()
        if standard not in STANDARDS:
            continue
        names = names_of(STANDARDS[standard])
        wanted = IN_SUITE.get(f"{standard}/{name}")
        own = {one for one in names if one.startswith(f"/conf/{name}/")}
        assert wanted in names if wanted else own, uri
