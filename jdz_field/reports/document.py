"""Text documents that an office edits further: .docx (ECMA-376 part 1, WordprocessingML).

Headings, tables of labelled cells, pictures, marks in the header, page numbers in the footer: no
more is needed here, and it opens in Word, WPS and LibreOffice.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from PIL import Image

from jdz_field.reports.fixed import package
from jdz_field.reports.workbook import Marks

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: A4 in twentieths of a point, its margins, and English metric units of a millimetre.
_WIDE, _HIGH, _MARGIN, _EMU = 11906, 16838, 907, 36_000
#: Room of a picture in millimetres.
_PICTURE = (120.0, 90.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; line breaks stay."""

    words: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, words, a table (rows of two or four cells), or a JPEG with words below it."""

    heading: str = ""
    words: str = ""
    rows: Sequence[Sequence[Cell]] = ()
    picture: bytes = b""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the file; each begins on a page of its own."""

    title: str
    blocks: Sequence[Block]


def document(papers: Sequence[Paper], marks: Marks, *, made: datetime) -> bytes:
    """The papers as .docx; the same papers give the same bytes. ``made``: the moment it states."""
    pictures: list[bytes] = []
    body = "".join(_paper(one, number, pictures) for number, one in enumerate(papers))
    parts = {
        "[Content_Types].xml": _types().encode(),
        "_rels/.rels": _relations(
            ("officeDocument", "word/document.xml"), ("core", "docProps/core.xml")
        ).encode(),
        "docProps/core.xml": _core(made).encode(),
        "word/document.xml": _body(body).encode(),
        "word/styles.xml": _styles().encode(),
        "word/header1.xml": _edge("hdr", _line(marks.mark, marks.sample)).encode(),
        "word/footer1.xml": _edge("ftr", _foot(marks.foot)).encode(),
    }
    names = [f"media/picture{number}.jpeg" for number in range(1, len(pictures) + 1)]
    known = [("styles", "styles.xml"), ("header", "header1.xml"), ("footer", "footer1.xml")]
    parts["word/_rels/document.xml.rels"] = _relations(
        *known, *(("image", name) for name in names)
    ).encode()
    parts |= {f"word/{name}": data for name, data in zip(names, pictures, strict=True)}
    return package(parts)


def _paper(one: Paper, number: int, pictures: list[bytes]) -> str:
    before = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' if number else ""
    blocks = "".join(part for block in one.blocks for part in _block(block, pictures))
    return before + _words(one.title, "Title") + blocks


def _block(block: Block, pictures: list[bytes]) -> Iterator[str]:
    if block.heading:
        yield _words(block.heading, "Heading1")
    if block.rows:
        yield _table(block.rows)
    if block.picture:
        pictures.append(block.picture)
        yield _picture(block.picture, len(pictures))
    if block.words:
        yield _words(block.words, "Caption" if block.picture else "", strong=block.strong)


def _text(words: str, *, strong: bool = False) -> str:
    plain = escape(_FORBIDDEN.sub(" ", words))
    shape = "<w:rPr><w:b/></w:rPr>" if strong else ""
    lines = plain.split("\n")
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{shape}{runs}</w:r>"


def _words(words: str, style: str = "", *, strong: bool = False) -> str:
    shape = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{shape}{_text(words, strong=strong)}</w:p>"


def _table(rows: Sequence[Sequence[Cell]]) -> str:
    room = _WIDE - 2 * _MARGIN
    label, value = int(room * 0.18), int(room * 0.32)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="4A4A4A"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in (label, value, label, value))
    lines = "".join(f"<w:tr>{''.join(_cells(row, label, value))}</w:tr>" for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{room}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>'
        "<w:p/>"
    )


def _cells(row: Sequence[Cell], label: int, value: int) -> Iterator[str]:
    for place, cell in enumerate(row):
        last = place == len(row) - 1
        span = 4 - place if last else 1
        wide = value if place % 2 else label
        shape = f'<w:tcW w:w="{wide}" w:type="dxa"/>'
        if span > 1:
            shape = f'<w:tcW w:w="{label + 2 * value}" w:type="dxa"/><w:gridSpan w:val="{span}"/>'
        if cell.strong:
            shape += '<w:shd w:val="clear" w:color="auto" w:fill="F1F1EE"/>'
        yield f"<w:tc><w:tcPr>{shape}</w:tcPr>{_words(cell.words, strong=cell.strong)}</w:tc>"


def _picture(data: bytes, number: int) -> str:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as opened:
        wide, high = opened.size
    scale = min(_PICTURE[0] / wide, _PICTURE[1] / high)
    size = f'cx="{int(wide * scale * _EMU)}" cy="{int(high * scale * _EMU)}"'
    graphic, pic = f"{_DRAWING}/main", f"{_DRAWING}/picture"
    # Relations of the document: styles, header and footer come first.
    return (
        '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0"'
        f' distR="0"><wp:extent {size}/><wp:docPr id="{number}" name="{number}"/>'
        f'<a:graphic xmlns:a="{graphic}"><a:graphicData uri="{pic}">'
        f'<pic:pic xmlns:pic="{pic}"><pic:nvPicPr><pic:cNvPr id="{number}" name="{number}.jpeg"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId{number + 3}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r></w:p>"
    )


def _body(body: str) -> str:
    page = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
        '<w:footerReference w:type="default" r:id="rId3"/>'
        f'<w:pgSz w:w="{_WIDE}" w:h="{_HIGH}"/><w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}"'
        f' w:bottom="{_MARGIN}" w:left="{_MARGIN}" w:header="450" w:footer="450" w:gutter="0"/>'
        "</w:sectPr>"
    )
    return (
        f'{_HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}{page}</w:body>'
        "</w:document>"
    )


def _line(left: str, right: str) -> str:
    tab = f'<w:pPr><w:tabs><w:tab w:val="right" w:pos="{_WIDE - 2 * _MARGIN}"/></w:tabs></w:pPr>'
    return f"<w:p>{tab}{_text(left)}<w:r><w:tab/></w:r>{_text(right, strong=True)}</w:p>"


def _foot(words: str) -> str:
    tab = f'<w:pPr><w:tabs><w:tab w:val="right" w:pos="{_WIDE - 2 * _MARGIN}"/></w:tabs></w:pPr>'
    page, pages = (f'<w:fldSimple w:instr="{name}"/>' for name in ("PAGE", "NUMPAGES"))
    return f"<w:p>{tab}{_text(words)}<w:r><w:tab/></w:r>{page}{_text(' / ')}{pages}</w:p>"


def _edge(name: str, inside: str) -> str:
    return f'{_HEAD}<w:{name} xmlns:w="{_W}" xmlns:r="{_R}">{inside}</w:{name}>'


def _style(id_: str, name: str, size: int, *, bold: bool = False, middle: bool = False) -> str:
    shape = '<w:pPr><w:jc w:val="center"/></w:pPr>' if middle else ""
    heavy = "<w:b/>" if bold else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/>{shape}<w:rPr>{heavy}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )


def _styles() -> str:
    return (
        f'{_HEAD}<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:default="1"'
        ' w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:before="20"'
        ' w:after="20"/></w:pPr><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"'
        ' w:eastAsia="宋体"/><w:sz w:val="21"/></w:rPr></w:style>'
        f"{_style('Title', 'Title', 32, bold=True, middle=True)}"
        f"{_style('Heading1', 'heading 1', 24, bold=True)}"
        f"{_style('Caption', 'caption', 18, middle=True)}</w:styles>"
    )


def _relations(*targets: tuple[str, str]) -> str:
    found = []
    for number, (kind, target) in enumerate(targets, 1):
        known = f"{_R}/{kind}"
        if kind == "core":
            known = f"{_REL}/metadata/core-properties"
        found.append(f'<Relationship Id="rId{number}" Type="{known}" Target="{target}"/>')
    return f'{_HEAD}<Relationships xmlns="{_REL}">{"".join(found)}</Relationships>'


def _types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    known = {
        "/word/document.xml": f"{word}.document.main+xml",
        "/word/styles.xml": f"{word}.styles+xml",
        "/word/header1.xml": f"{word}.header+xml",
        "/word/footer1.xml": f"{word}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    parts = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in known.items())
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="jpeg" ContentType="image/jpeg"/>{parts}</Types>'
    )


def _core(made: datetime) -> str:
    stamp = f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_REL.replace("relationships", "metadata")}'
        '/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:creator>jdz_field</dc:creator>{times}</cp:coreProperties>"
    )
