"""Forms with repeats that are filled as tables."""

from __future__ import annotations

from tests.ui.form.forms import HEAD

SPECIES = (("1", "杉木"), ("2", "马尾松"), ("3", "枫香"), ("4", "木荷"), ("9", "其他"))


def items(choices=SPECIES):
    return "".join(f"<item><label>{words}</label><value>{v}</value></item>" for v, words in choices)


#: A tally: species and diameter, further ones that only some trees need.
TALLY = (
    (
        HEAD
        + """
<h:head><h:title>每木检尺</h:title><model><instance><data id="tally" version="1">
 <plot/><most/>
 <tree jr:template=""><species/><dbh/><height/><why/><signs/><day/><clock/><at/><seen/><slope/>
  <area/><said/></tree>
 <sum/><meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/plot" type="string"/>
<bind nodeset="/data/most" type="int"/>
<bind nodeset="/data/tree/species" type="string" required="true()"/>
<bind nodeset="/data/tree/dbh" type="decimal" required="true()" constraint=". &gt; 0 and . &lt; 300"
 jr:constraintMsg="胸径应在 0 到 300 厘米之间"/>
<bind nodeset="/data/tree/height" type="int"/>
<bind nodeset="/data/tree/why" type="string" relevant="../species = '9'"/>
<bind nodeset="/data/tree/signs" type="string"/>
<bind nodeset="/data/tree/day" type="date"/>
<bind nodeset="/data/tree/clock" type="time"/>
<bind nodeset="/data/tree/at" type="dateTime"/>
<bind nodeset="/data/tree/seen" type="string"/>
<bind nodeset="/data/tree/slope" type="int"/>
<bind nodeset="/data/tree/area" type="decimal" readonly="true()"
 calculate="round(3.14159265 * ../dbh * ../dbh div 40000, 4)"/>
<bind nodeset="/data/tree/said" type="string" readonly="true()"/>
<bind nodeset="/data/sum" type="decimal" calculate="sum(/data/tree/dbh)"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>
<input ref="/data/plot"><label>样地</label></input>
<group ref="/data/tree"><label>树木</label><repeat nodeset="/data/tree" appearance="table">
 <select1 ref="/data/tree/species"><label>树种</label>SPECIES</select1>
 <input ref="/data/tree/dbh"><label>胸径</label><hint>厘米</hint></input>
 <input ref="/data/tree/height"><label>树高（米）</label></input>
 <input ref="/data/tree/why"><label>说明</label></input>
 <select ref="/data/tree/signs"><label>迹象</label>SIGNS</select>
 <input ref="/data/tree/day"><label>日期</label></input>
 <input ref="/data/tree/clock"><label>时间</label></input>
 <input ref="/data/tree/at"><label>时刻</label></input>
 <trigger ref="/data/tree/seen"><label>已复核</label></trigger>
 <range ref="/data/tree/slope" start="0" end="90" step="5"><label>坡度</label></range>
 <input ref="/data/tree/area"><label>断面积</label></input>
 <input ref="/data/tree/said"><label>第 <output value="position(..)"/> 株</label></input>
</repeat></group>
<input ref="/data/most"><label>株数</label></input>
</h:body></h:html>"""
    )
    .replace("SPECIES", items())
    .replace("SIGNS", items((("dry", "枯梢"), ("bug", "虫害"), ("bent", "倾斜"))))
)

#: Species carries over from the tree before, the crew from the form; two columns.
CARRIED = (
    HEAD
    + """
<h:head><h:title>连续检尺</h:title><model><instance><data id="carried" version="1">
 <tree jr:template=""><species/><dbh/><crew>甲组</crew></tree><meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/tree/species" type="string"/>
<bind nodeset="/data/tree/dbh" type="decimal"/>
<bind nodeset="/data/tree/crew" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>
<group ref="/data/tree"><label>树木</label><repeat nodeset="/data/tree" appearance="table">
 <select1 ref="/data/tree/species"><label>树种</label>SPECIES</select1>
 <input ref="/data/tree/dbh"><label>胸径</label></input>
 <input ref="/data/tree/crew"><label>班组</label></input>
 <setvalue event="odk-new-repeat" ref="/data/tree/species"
  value="indexed-repeat(/data/tree/species, /data/tree, position(..) - 1)"/>
</repeat></group>
</h:body></h:html>"""
).replace("SPECIES", items())

#: As many trees as were counted; nobody adds or removes one.
COUNTED = TALLY.replace('id="tally"', 'id="counted"').replace(
    'appearance="table"', 'appearance="table" jr:count="/data/most" jr:noAddRemove="true()"'
)
