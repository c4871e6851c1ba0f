"""A form with a question for every way that a file or a code can answer."""

from __future__ import annotations

from tests.ui.form.forms import HEAD

_NAMES = (
    *("photo", "new", "front", "small", "marked", "sketch", "plan", "sign", "sound", "film"),
    *("paper", "code", "face", "spots", "several"),
)
_BINDS = {"code": "barcode", "face": "barcode", "spots": "string", "several": "string"}
_EXTRA = {"small": ' orx:max-pixels="400"', "sound": ' odk:quality="voice-only"'}


def _upload(name: str, kind: str, words: str = "", label: str = "") -> str:
    look = f' appearance="{words}"' if words else ""
    return f'<upload ref="/data/{name}" mediatype="{kind}/*"{look}><label>{label}</label></upload>'


def _select(tag: str, name: str, label: str) -> str:
    items = "".join(
        f"<item><label>{text}</label><value>{value}</value></item>"
        for value, text in (("head", "后缘"), ("left", "左侧"), ("right", "右侧"), ("toe", "前缘"))
    )
    return (
        f'<{tag} ref="/data/{name}" appearance="image-map"><label ref="jr:itext(\'area\')"/>'
        f"{items}</{tag}>"
    ).replace("后缘", label or "后缘", 1)


MEDIA = (
    HEAD.replace('xmlns:odk="', 'xmlns:orx="http://openrosa.org/xforms" xmlns:odk="')
    + """
<h:head><h:title>文件</h:title><model>
<itext><translation lang="default" default="true()"><text id="area"><value>部位</value>
<value form="image">jr://images/slope.svg</value></text></translation></itext>
<instance><data id="media" version="1">"""
    + "".join(f"<{n}>jr://images/plan.png</{n}>" if n == "plan" else f"<{n}/>" for n in _NAMES)
    + "<meta><instanceID/></meta></data></instance>"
    + "".join(
        f'<bind nodeset="/data/{n}" type="{_BINDS.get(n, "binary")}"{_EXTRA.get(n, "")}/>'
        for n in _NAMES
    )
    + """
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>"""
    + _upload("photo", "image", "", "全景照片")
    + _upload("new", "image", "new", "现场新拍")
    + _upload("front", "image", "new-front", "本人照片")
    + _upload("small", "image", "", "小图")
    + _upload("marked", "image", "annotate", "标注裂缝")
    + _upload("sketch", "image", "draw", "剖面草图")
    + _upload("plan", "image", "draw", "平面图上标注")
    + _upload("sign", "image", "signature", "户主签名")
    + _upload("sound", "audio", "", "口述")
    + _upload("film", "video", "", "视频")
    + _upload("paper", "application", "", "附件")
    + '<input ref="/data/code"><label>标牌编码</label></input>'
    + '<input ref="/data/face" appearance="front"><label>工牌</label></input>'
    + _select("select1", "spots", "")
    + _select("select", "several", "")
    + "</h:body></h:html>"
)
