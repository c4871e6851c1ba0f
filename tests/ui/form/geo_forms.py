"""A form of places, and a receiver that says what it is told."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from jdz_field.gnss.fix import Fix
from jdz_field.ui.receiver import Receiver

METRE = 1 / 111_200

GEO = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>位置</h:title><model>
<instance><data id="geo" version="1">
 <spot/><picked/><strict/><way/><plot/><checked/><pick/><measured/>
 <meta><instanceID/></meta></data></instance>
<instance id="yards"><root>
 <item><name>a</name><label>一号堆场</label><geometry>29.3521 117.2103 0 0</geometry>
  <marker-color>#2e7d32</marker-color><marker-symbol>A</marker-symbol><size>12</size></item>
 <item><name>b</name><label>二号沟</label>
  <geometry>29.3551 117.2103 0 0;29.3561 117.2133 0 0;29.3571 117.2143 0 0</geometry></item>
 <item><name>c</name><label>三号坡</label>
  <geometry>29.349 117.206 0 0;29.349 117.209 0 0;29.351 117.209 0 0;29.349 117.206 0 0</geometry>
  <fill>#b71c1c</fill></item>
 <item><name>d</name><label>没有位置</label><geometry/></item>
 <item><name>e</name><label>坏位置</label><geometry>nowhere</geometry></item>
</root></instance>
<bind nodeset="/data/spot" type="geopoint"/>
<bind nodeset="/data/picked" type="geopoint"/>
<bind nodeset="/data/strict" type="geopoint"/>
<bind nodeset="/data/way" type="geotrace"/>
<bind nodeset="/data/plot" type="geoshape"/>
<bind nodeset="/data/checked" type="geoshape" constraint="not(intersects(.))"
 jr:constraintMsg="边界不能交叉"/>
<bind nodeset="/data/pick" type="string"/>
<bind nodeset="/data/measured" type="decimal" calculate="area(/data/plot)"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>
<input ref="/data/spot"><label>位置</label></input>
<input ref="/data/picked" appearance="placement-map"><label>后缘中点</label></input>
<input ref="/data/strict" accuracyThreshold="3" unacceptableAccuracyThreshold="10">
 <label>坡脚</label></input>
<input ref="/data/way"><label>裂缝走向</label></input>
<input ref="/data/plot"><label>小班边界</label></input>
<input ref="/data/checked" incremental="true"><label>影响范围</label></input>
<select1 ref="/data/pick" appearance="map"><label>哪一处</label>
 <itemset nodeset="instance('yards')/root/item"><value ref="name"/><label ref="label"/></itemset>
</select1>
</h:body></h:html>"""


def fix(
    north: float = 0.0,
    east: float = 0.0,
    accuracy: float | None = 2.5,
    *,
    age: float = 0.0,
    altitude: float | None = 86.4,
) -> Fix:
    """A fix so many metres from 29.35°N 117.21°E, ``age`` seconds old."""
    moment = datetime.now(UTC)
    lon, lat = 117.21 + east * METRE / 0.872, 29.35 + north * METRE
    at = time.monotonic() - age
    return Fix(lon, lat, altitude, accuracy, 1.6, 14, 23, "single", moment, at)


def put(receiver: Receiver, north: float = 0.0, east: float = 0.0, **more: float) -> None:
    """A fix comes."""
    receiver.put(fix(north, east, **more))
