"""Forms with repeats that are filled as cards."""

from __future__ import annotations

from tests.ui.form.forms import HEAD

#: Houses with people in them; a hamlet has no number of its own; rooms are counted.
NESTED = (
    HEAD
    + """
<h:head><h:title>入户</h:title><model><instance><data id="nested" version="1">
 <rooms/>
 <house jr:template=""><door/><group><count/></group>
  <person jr:template=""><name/><age/></person></house>
 <room jr:template=""><use/></room>
 <away jr:template=""><x/></away>
 <meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/rooms" type="int"/>
<bind nodeset="/data/house/door" type="string" required="true()"/>
<bind nodeset="/data/house/group/count" type="int" constraint=". &gt; 0"/>
<bind nodeset="/data/house/person/name" type="string"/>
<bind nodeset="/data/house/person/age" type="int"/>
<bind nodeset="/data/room/use" type="string"/>
<bind nodeset="/data/away" relevant="/data/rooms = 99"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>
<input ref="/data/rooms"><label>间数</label></input>
<group ref="/data/house"><label>住户</label><repeat nodeset="/data/house">
 <input ref="/data/house/door"><label>门牌</label></input>
 <group ref="/data/house/group"><label>合计</label>
  <input ref="/data/house/group/count"><label>人数</label></input></group>
 <group ref="/data/house/person"><label>人员</label><repeat nodeset="/data/house/person">
  <input ref="/data/house/person/name"><label>姓名</label></input>
  <input ref="/data/house/person/age"><label>年龄</label></input></repeat></group>
</repeat></group>
<group ref="/data/room"><label>房间</label>
 <repeat nodeset="/data/room" jr:count="/data/rooms" jr:noAddRemove="true()">
 <input ref="/data/room/use"><label>用途</label></input></repeat></group>
<group ref="/data/away"><label>外出</label><repeat nodeset="/data/away">
 <input ref="/data/away/x"><label>X</label></input></repeat></group>
</h:body></h:html>"""
)
