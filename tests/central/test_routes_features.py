"""OGC API Features: GDAL reads it; the standard's own words, and every way to ask it wrongly."""

from __future__ import annotations

import json
import subprocess
from urllib.parse import urlencode

import httpx
import pytest

from jdz_field.central import features_count, features_plan
from jdz_field.central.features_index import catch_up
from jdz_field.central.office import Office
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.central.tables import feature_state
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet
from tests.central.test_routes_openrosa import ASK, ask, instance, phone_of, publish

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture
def points(office, tablet):
    """Twelve points in a row, a mine with an area, each its own number."""
    made = []
    for n in range(12):
        where = f"POINT ({117 + n / 100} 29.3)"
        values = {"name": f"点{n}", "code": f"36022201{n:04d}", "geometry": where}
        values |= {"county_code": "360222" if n < 6 else "360203", "threatened_people": n}
        made.append(tablet.change(new_id(), **values, monitor_name="王五"))
    area = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"
    made.append(tablet.change(new_id(), "mine", name="矿", code="K1", geometry=area))
    office.receive(tablet.batch(*made))
    return [c.subject for c in made]


def items(call, collection="geohazard", **query):
    answer = call.get(f"/ogc/collections/{collection}/items", params=query or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


def test_gdal_reads_every_feature(server, office, points, tmp_path, tool):
    del points
    login = office.add_user("GIS", "office") and office.app_password("GIS")
    command = [tool("ogr2ogr"), "-f", "GeoJSON", str(tmp_path / "out.geojson")]
    command += [f"OAPIF:{server.url}/ogc", "geohazard", "-oo", "PAGE_SIZE=5"]
    given = ["--config", "GDAL_HTTP_USERPWD", f"GIS:{login}", "--config", "GDAL_HTTP_AUTH"]
    subprocess.run([*command, *given, "BASIC"], check=True, capture_output=True, timeout=60)
    got = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"]
    assert {f["properties"]["name"] for f in got} == {f"点{n}" for n in range(12)}
    place = next(f for f in got if f["properties"]["name"] == "点3")["geometry"]
    assert place["coordinates"] == pytest.approx([117.03, 29.3])
    info = [tool("ogrinfo"), "-so", "-al", f"OAPIF:{server.url}/ogc", *given, "BASIC"]
    told = subprocess.run(info, check=True, capture_output=True, text=True, timeout=60).stdout
    assert "Layer name: mine" in told
    assert "Feature Count: 12" in told


def test_the_landing_page_leads_everywhere(call, points):
    del points
    start = call.get("/ogc").json()
    links = {link["rel"]: link["href"] for link in start["links"]}
    assert call.get(links["service-desc"]).json()["openapi"].startswith("3.")
    conforms = call.get(links["conformance"]).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in conforms
    found = call.get(links["data"]).json()["collections"]
    assert [c["id"] for c in found] == ["geohazard", "risk", "mine", "plot", "works"]
    assert found[0]["extent"]["spatial"]["bbox"] == [pytest.approx([117, 29.3, 117.11, 29.3])]
    one = {link["rel"]: link["href"] for link in found[0]["links"]}
    assert call.get(one["self"]).json()["id"] == "geohazard"
    schema = call.get(one["describedby"]).json()["properties"]["properties"]["properties"]
    assert schema["threatened_people"]["type"] == "integer"
    assert len(call.get(one["items"]).json()["features"]) == 12


def test_pages_follow_their_links_to_the_end(call, points):
    found, url = [], "/ogc/collections/geohazard/items?limit=5"
    sizes = []
    while url:
        page = call.get(url).json()
        assert (page["numberMatched"], page["numberReturned"]) == (12, len(page["features"]))
        sizes.append(len(page["features"]))
        found += [f["id"] for f in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert sizes == [5, 5, 2]
    assert sorted(found) == sorted(points[:12])
    one = call.get(f"/ogc/collections/geohazard/items/{found[0]}").json()
    assert (one["type"], one["id"]) == ("Feature", found[0])
    assert one["links"][0]["rel"] == "self"


def test_a_box_a_time_and_values_narrow_it(call, points, office):
    assert items(call, bbox="117.025,29,117.055,30")["numberMatched"] == 3
    swapped = {"bbox": "29,117.025,30,117.055", "bbox-crs": EPSG + "4490"}
    assert items(call, **swapped)["numberMatched"] == 3
    assert items(call, bbox="117.025,29,0,117.055,30,9")["numberMatched"] == 3
    assert items(call, bbox="170,29,-170,30")["numberMatched"] == 0
    assert items(call, "mine", bbox="117.05,29.01,117.06,29.02")["numberMatched"] == 1
    assert items(call, county_code="360203")["numberMatched"] == 6
    assert items(call, name="点7")["features"][0]["properties"]["threatened_people"] == 7
    assert items(call, threatened_people="7")["numberMatched"] == 1
    assert items(call, monitor_name="王五")["numberMatched"] == 12
    assert items(call, monitor_name="王五", code="362")["numberMatched"] == 0
    for moment, count in (("../2020-01-01", 0), ("2020-01-01/..", 12), ("2020-01-01", 0)):
        assert items(call, datetime=moment)["numberMatched"] == count
    office.set_values(points[0], {"deleted": True})
    assert items(call)["numberMatched"] == 11
    assert call.get(f"/ogc/collections/geohazard/items/{points[0]}").status_code == 404


def test_coordinates_come_in_the_order_that_was_asked_for(call, points):
    del points
    query = {"crs": EPSG + "4490", "limit": "1", "name": "点3"}
    answer = call.get("/ogc/collections/geohazard/items", params=query)
    assert answer.headers["Content-Crs"] == f"<{EPSG}4490>"
    place = answer.json()["features"][0]["geometry"]["coordinates"]
    assert place == pytest.approx([29.3, 117.03])
    area = items(call, "mine", crs=EPSG + "4326")["features"][0]["geometry"]["coordinates"]
    assert area[0][1] == [29, 117.1]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=x", "limit=-1", "limit=1&limit=2", "bbox=1,2,3", "bbox=a,b,c,d",
        "bbox=nan,1,2,3", "bbox=0,50,10,40", "crs=EPSG:9999", "bbox=1,1,2,2&bbox-crs=x",
        "datetime=yesterday", "datetime=1/2/3", "datetime=/", "no_such=1", "threatened_people=x",
        "threatened_people=nan", "id=1' OR '1'='1", "after=x", "after=-1", "after=" + "9" * 19,
    ],
)  # fmt: skip
def test_questions_that_make_no_sense_are_400_in_a_sentence(call, query):
    answer = call.get(f"/ogc/collections/geohazard/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_what_is_not_there_is_404_and_strangers_get_nothing(call, server, points):
    for path in ("nothing", "nothing/items", "nothing/schema", "geohazard/items/none"):
        assert call.get(f"/ogc/collections/{path}").status_code == 404
    for path in ("", "/conformance", "/api", "/collections", "/collections/geohazard/items"):
        answer = httpx.get(f"{server.url}/ogc{path}")
        assert answer.status_code == 401
        assert str(points[0]) not in answer.text
    assert call.post("/ogc/collections/geohazard/items", json={}).status_code == 405


def test_persons_are_told_to_the_office_alone(call, field, points):
    del points
    whole, part = items(call)["features"][0], items(field)["features"][0]
    assert whole["properties"]["monitor_name"] == "王五"
    assert "monitor_name" not in part["properties"]
    assert part["properties"]["name"] == whole["properties"]["name"]
    told = field.get("/ogc/collections/geohazard/schema").text
    assert "monitor_name" not in told
    query = {"monitor_name": "王五"}
    assert field.get("/ogc/collections/geohazard/items", params=query).status_code == 400


def test_records_are_features_with_their_answers(office, server, call, field, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    phone = phone_of(office, server, tmp_path)
    phone.send(ask("张三家门口", instance()))
    phone.http.close()
    (one,) = items(call, "record_ask")["features"]
    assert one["properties"]["answer-what"] == "张三家门口"
    assert one["geometry"]["coordinates"] == [117.2, 29.3]
    assert one["properties"]["review"] == "received"
    (part,) = items(field, "record_ask")["features"]
    assert "张三" not in json.dumps(part, ensure_ascii=False)
    assert "author" not in part["properties"]
    assert items(call, "record_ask", review="approved")["features"] == []
    office.review(one["id"], "approved")
    assert len(items(call, "record_ask", review="approved")["features"]) == 1


def test_records_that_show_protected_species_have_no_place(office, tablet, call):
    first, second = new_id(), new_id()
    about = {"form": "ask", "form_version": "1", "author": "Li", "geometry": "POINT (117.2 29.3)"}
    changes = [
        tablet.change(first, "record", answers={"where": "29.3 117.2 0 0"}, **about),
        tablet.change(second, "record", answers={"where": "29.3 117.2 0 0"}, **about),
    ]
    office.receive(tablet.batch(*changes))
    assert all(f["geometry"] for f in items(call, "record_ask")["features"])
    photo = {"sha256": "a" * 64, "filename": "p.jpg", "record": first}
    photo |= {"sensitive": "protected_species"}
    office.receive(tablet.batch(tablet.change(new_id(), "attachment", **photo)))
    told = {f["id"]: f for f in items(call, "record_ask")["features"]}
    assert told[first]["geometry"] is None
    assert "29.3" not in json.dumps(told[first])
    assert told[second]["geometry"] is not None
    corrected = tablet.change(
        new_id(), "record", answers={"a": "29.3 117"}, replaces=first, **about
    )
    office.receive(tablet.batch(corrected))
    told = {f["id"]: f for f in items(call, "record_ask")["features"]}
    assert told[corrected.subject]["geometry"] is None


def test_the_table_can_be_made_anew(office, call, points):
    del points
    assert items(call)["numberMatched"] == 12
    with office.database.write() as connection:
        connection.execute(feature_state.delete())
    catch_up(office.database)
    assert items(call)["numberMatched"] == 12


def test_a_scope_is_kept(office, server, points):
    del points
    office.add_user("Leping", "office", ["360203"], ["geohazard"])
    device = Tablet.enrol(office, "Leping", "office")
    headers = {"Authorization": f"Bearer {device.enrolment.token}"}
    with httpx.Client(base_url=server.url, headers=headers) as scoped:
        assert items(scoped)["numberMatched"] == 6
        assert scoped.get("/ogc/collections/mine/items").status_code == 404
        ids = [c["id"] for c in scoped.get("/ogc/collections").json()["collections"]]
        assert ids[:1] == ["geohazard"]
        assert "mine" not in ids


def _terms(office) -> list[tuple[int, int]]:
    with office.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT term, num FROM feature_terms ORDER BY 1, 2")
        return [tuple(row) for row in rows]


def test_what_is_looked_up_follows_every_edit_and_deletion(central_url, tmp_path):
    with Office(central_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        head = {"Authorization": f"Bearer {tablet.enrolment.token}"}
        with (
            start_in_thread(create_app(None, office.files, office=office)) as running,
            httpx.Client(base_url=running.url, headers=head) as call,
        ):
            values = {"name": "甲", "code": "1", "county_code": "360222", "threatened_people": 5}
            values |= {"slope_angle": 30.0, "cards_issued": True, "village": "5"}
            one, two = (tablet.change(new_id(), **values, remarks=r) for r in ("x\x00y", "true"))
            office.receive(tablet.batch(one, two))
            both = {"threatened_people": "5.0", "slope_angle": "30", "cards_issued": "1"}
            for name, text in (both | {"village": "5", "county_code": "360222"}).items():
                assert items(call, **{name: text})["numberMatched"] == 2, name
            assert items(call, remarks="true")["features"][0]["id"] == two.subject
            assert items(call, **both, remarks="nothing")["numberMatched"] == 0
            office.set_values(one.subject, {"threatened_people": 6, "village": "6"})
            assert [f["id"] for f in items(call, threatened_people="6")["features"]] == [
                one.subject
            ]
            assert items(call, threatened_people="5")["numberMatched"] == 1
            pages = [items(call, limit="1", county_code="360222")]
            pages.append(call.get(pages[0]["links"][1]["href"]).json())
            assert {p["features"][0]["id"] for p in pages} == {one.subject, two.subject}
            office.set_values(two.subject, {"deleted": True})
            assert items(call, village="5")["numberMatched"] == 0
            kept = _terms(office)
            with office.database.write() as connection:
                connection.execute(feature_state.delete())
            assert items(call, county_code="360222")["numberMatched"] == 1
            assert len(_terms(office)) == len(kept), "nothing is left of what was before"


def test_a_box_meets_what_begins_far_west_of_it(office, tablet, call):
    wide = "POLYGON ((116.9 29, 117.9 29, 117.9 29.1, 116.9 29.1, 116.9 29))"
    made = [
        tablet.change(new_id(), "mine", name=name, code=name, geometry=where)
        for name, where in (("宽", wide), ("点", "POINT (117.85 29.05)"), ("无", None))
    ]
    office.receive(tablet.batch(*made))
    found = items(call, "mine", bbox="117.8,29,117.86,30")["features"]
    assert {f["properties"]["name"] for f in found} == {"宽", "点"}
    found = items(call, "mine", bbox="117.87,29,118,30")["features"]
    assert [f["properties"]["name"] for f in found] == ["宽"]
    assert items(call, "mine", bbox="117.901,29,118,30")["features"] == []


def test_values_a_box_and_a_time_together(call, points):
    del points
    box = {"bbox": "117.025,29,117.075,30"}
    assert items(call, **box, county_code="360222")["numberMatched"] == 3
    assert items(call, **box, county_code="360222", threatened_people="4")["numberMatched"] == 1
    assert items(call, **box, datetime="2020-01-01/..", county_code="360203")["numberMatched"] == 2
    assert items(call, **box, name="点1")["numberMatched"] == 0


def test_where_every_value_is_common_a_box_leads_and_pages_still_follow(call, points, monkeypatch):
    del points
    monkeypatch.setattr(features_plan, "_MANY", 2)
    for few in (0, 2_000):
        monkeypatch.setattr(features_plan, "_FEW", few)
        found, query = [], {"bbox": "117.025,29,117.105,30", "monitor_name": "王五", "limit": "3"}
        url = f"/ogc/collections/geohazard/items?{urlencode(query)}"
        while url:
            page = call.get(url).json()
            found += [f["properties"]["threatened_people"] for f in page["features"]]
            url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        assert sorted(found) == list(range(3, 11))


def test_a_large_count_is_kept_for_a_while(monkeypatch, office):
    monkeypatch.setattr(features_count, "_LARGE", 3)
    counts = {"few": [2, 3], "many": [3, 4]}

    def ask(word: str) -> int:
        with office.database.write() as connection:
            before = connection.execute(feature_state.delete()).rowcount
            connection.execute(feature_state.insert().values(id=1, position=before + ask.n))
            ask.n += 1
            return features_count.counted(connection, (word,), lambda: counts[word].pop(0))

    ask.n = 0
    assert [ask("few"), ask("few"), ask("many"), ask("many")] == [2, 3, 3, 3]
    monkeypatch.setattr(features_count, "_FRESH", 0.0)
    assert ask("many") == 4
