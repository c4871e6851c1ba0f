"""Small forms for the tests of the form page."""

from __future__ import annotations

HEAD = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">"""

#: One question of every kind, a group that depends, a repeat, a calculation.
EVERY = (
    HEAD
    + """
<h:head><h:title>每一种</h:title><model>
<itext>
 <translation lang="中文 (zh)" default="true()">
  <text id="kind"><value>类型</value></text></translation>
 <translation lang="English (en)"><text id="kind"><value>Kind</value></text></translation>
</itext>
<instance><data id="every" version="1">
 <who/><note/><story/><people/><depth/><kind/><signs/><many/><day/><clock/><moment/><place/>
 <picture/><paper/><read/><slope/><slide><width/><grade/></slide>
 <crack jr:template=""><name/><gap/></crack>
 <total/><meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/who" type="string" required="true()"/>
<bind nodeset="/data/note" type="string" readonly="true()"/>
<bind nodeset="/data/story" type="string"/>
<bind nodeset="/data/people" type="int" constraint=". &gt;= 0" jr:constraintMsg="人数不能是负数"/>
<bind nodeset="/data/depth" type="decimal"/>
<bind nodeset="/data/kind" type="select1" required="true()"/>
<bind nodeset="/data/signs" type="select"/>
<bind nodeset="/data/many" type="select1"/>
<bind nodeset="/data/day" type="date"/>
<bind nodeset="/data/clock" type="time"/>
<bind nodeset="/data/moment" type="dateTime"/>
<bind nodeset="/data/place" type="geopoint"/>
<bind nodeset="/data/picture" type="binary"/>
<bind nodeset="/data/paper" type="binary"/>
<bind nodeset="/data/read" type="string"/>
<bind nodeset="/data/slope" type="int"/>
<bind nodeset="/data/slide" relevant="/data/kind = 'slide'"/>
<bind nodeset="/data/slide/width" type="decimal" required="true()"/>
<bind nodeset="/data/slide/grade" type="string" readonly="true()"
 calculate="if(../width &gt; 10, '大', '小')"/>
<bind nodeset="/data/crack/name" type="string"/>
<bind nodeset="/data/crack/gap" type="decimal"/>
<bind nodeset="/data/total" type="decimal" calculate="sum(/data/crack/gap)"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head>
<h:body>
<input ref="/data/who"><label>谁</label><hint>姓名</hint></input>
<input ref="/data/note"><label>请**先**看上方</label></input>
<input ref="/data/story" appearance="multiline"><label>经过</label></input>
<input ref="/data/people"><label>人数</label></input>
<input ref="/data/depth"><label>深度</label></input>
<select1 ref="/data/kind"><label ref="jr:itext('kind')"/>
 <item><label>滑坡</label><value>slide</value></item>
 <item><label>崩塌</label><value>fall</value></item></select1>
<select ref="/data/signs"><label>迹象</label>
 <item><label>裂缝</label><value>crack</value></item>
 <item><label>隆起</label><value>heave</value></item>
 <item><label>树木歪斜</label><value>trees</value></item></select>
<select1 ref="/data/many"><label>很多</label>ITEMS</select1>
<input ref="/data/day"><label>日期</label></input>
<input ref="/data/clock"><label>时间</label></input>
<input ref="/data/moment"><label>时刻</label></input>
<input ref="/data/place"><label>位置</label></input>
<upload ref="/data/picture" mediatype="image/*"><label>照片</label></upload>
<upload ref="/data/paper" mediatype="application/*"><label>文件</label></upload>
<trigger ref="/data/read"><label>须知</label></trigger>
<range ref="/data/slope" start="0" end="90" step="5"><label>坡度</label></range>
<group ref="/data/slide"><label>滑坡情况</label>
 <input ref="/data/slide/width"><label>宽</label></input>
 <input ref="/data/slide/grade"><label>规模</label></input>
</group>
<group ref="/data/crack"><label>裂缝</label><repeat nodeset="/data/crack">
 <input ref="/data/crack/name"><label>编号</label></input>
 <input ref="/data/crack/gap"><label>缝宽</label></input>
</repeat></group>
</h:body></h:html>""".replace(
        "ITEMS",
        "".join(f"<item><label>第{n}号沟</label><value>g{n}</value></item>" for n in range(1, 41)),
    )
)

#: An answer that makes the form answer another question.
ACTIONS = (
    HEAD
    + """
<h:head><h:title>动作</h:title><model>
<instance><data id="actions" version="1"><kind/><note/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/kind" type="select1"/><bind nodeset="/data/note" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head>
<h:body>
<select1 ref="/data/kind"><label>种类</label>
 <setvalue event="xforms-value-changed" ref="/data/note"
  value="concat('由 ', /data/kind, ' 填写')"/>
 <item><label>甲</label><value>a</value></item><item><label>乙</label><value>b</value></item>
</select1>
<input ref="/data/note"><label>说明</label></input>
</h:body></h:html>"""
)

#: Pages, guidance, media of labels, styling, a grid: what the page itself shows.
STYLED = (
    HEAD
    + """
<h:head><h:title>样式</h:title><model>
<itext>
 <translation lang="中文 (zh)" default="true()">
  <text id="crack:label"><value>## 裂缝\n量 **最宽处**，见 [规程](https://example.org)</value>
   <value form="image">jr://images/crack.png</value>
   <value form="audio">jr://audio/crack.mp3</value>
   <value form="video">jr://video/gone.mp4</value></text>
  <text id="width:label"><value>裂缝宽度（毫米）</value></text>
  <text id="width:hint"><value>卷尺或裂缝计</value>
   <value form="guidance">垂直于裂缝量三次，取最大值。
- 先清去浮土
- 雨后再量一次</value></text>
  <text id="width:bad"><value>宽度在 0 到 2000 毫米之间</value></text>
  <text id="who:need"><value>没有巡查人员的记录不能入库</value></text>
  <text id="who:label"><value>巡查人员</value></text>
 </translation>
 <translation lang="English (en)">
  <text id="crack:label"><value>## Crack\nMeasure the **widest part**</value>
   <value form="image">jr://images/crack.png</value></text>
  <text id="width:label"><value>Crack width (mm)</value></text>
  <text id="width:hint"><value>Tape or gauge</value>
   <value form="guidance">Measure three times across the crack.</value></text>
  <text id="width:bad"><value>The width is between 0 and 2000 mm</value></text>
  <text id="who:need"><value>A record needs its inspector</value></text>
  <text id="who:label"><value>Inspector</value></text>
 </translation>
</itext>
<instance><data id="styled" version="1">
 <base><who/><rain/></base>
 <crack><look/><width/><deep/></crack>
 <more><a/><b/></more>
 <place/><end/><meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/base/who" type="string" required="true()"
 jr:requiredMsg="jr:itext('who:need')"/>
<bind nodeset="/data/base/rain" type="select1"/>
<bind nodeset="/data/crack" relevant="/data/base/rain = 'yes'"/>
<bind nodeset="/data/crack/look" type="string" readonly="true()"/>
<bind nodeset="/data/crack/width" type="decimal" required="true()"
 constraint=". &gt;= 0 and . &lt;= 2000" jr:constraintMsg="jr:itext('width:bad')"/>
<bind nodeset="/data/crack/deep" type="decimal"/>
<bind nodeset="/data/more/a" type="string"/><bind nodeset="/data/more/b" type="string"/>
<bind nodeset="/data/place" type="geopoint"/>
<bind nodeset="/data/end" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
<odk:setgeopoint ref="/data/place" event="odk-instance-first-load"/>
</model></h:head>
<h:body class="pages">
<group ref="/data/base" appearance="field-list"><label>基本</label>
 <input ref="/data/base/who"><label ref="jr:itext('who:label')"/></input>
 <select1 ref="/data/base/rain"><label>有无裂缝</label>
  <item><label>有</label><value>yes</value></item>
  <item><label>无</label><value>no</value></item></select1>
</group>
<group ref="/data/crack" appearance="field-list"><label>裂缝测量</label>
 <input ref="/data/crack/look"><label ref="jr:itext('crack:label')"/></input>
 <input ref="/data/crack/width"><label ref="jr:itext('width:label')"/>
  <hint ref="jr:itext('width:hint')"/></input>
 <input ref="/data/crack/deep"><label>深度（厘米）</label></input>
</group>
<group ref="/data/more"><label>其他</label>
 <input ref="/data/more/a"><label>甲</label></input>
 <input ref="/data/more/b"><label>乙</label></input>
</group>
<input ref="/data/place"><label>到场位置</label></input>
<input ref="/data/end"><label>备注</label></input>
</h:body></h:html>"""
)

#: Questions beside each other: a group of six units, cells of one to six.
GRID = (
    HEAD
    + """
<h:head><h:title>网格</h:title><model>
<instance><data id="grid" version="1"><tree><kind/><high/><thick/><dead/><why/><note/><far/></tree>
 <meta><instanceID/></meta></data></instance>
<bind nodeset="/data/tree/kind" type="string"/><bind nodeset="/data/tree/high" type="decimal"/>
<bind nodeset="/data/tree/thick" type="decimal"/><bind nodeset="/data/tree/dead" type="select1"/>
<bind nodeset="/data/tree/why" type="string" relevant="/data/tree/dead = 'yes'"/>
<bind nodeset="/data/tree/note" type="string"/><bind nodeset="/data/tree/far" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head>
<h:body class="theme-grid">
<group ref="/data/tree" appearance="w6"><label>一棵树</label>
 <input ref="/data/tree/kind" appearance="w2"><label>树种</label></input>
 <input ref="/data/tree/high" appearance="w2"><label>树高（米）</label></input>
 <input ref="/data/tree/thick" appearance="w2"><label>胸径（厘米）</label></input>
 <select1 ref="/data/tree/dead" appearance="w3"><label>枯死</label>
  <item><label>是</label><value>yes</value></item><item><label>否</label><value>no</value></item>
 </select1>
 <input ref="/data/tree/why" appearance="w3"><label>原因</label></input>
 <input ref="/data/tree/note"><label>备注</label></input>
 <input ref="/data/tree/far" appearance="w1"><label>编号</label></input>
</group>
</h:body></h:html>"""
)
