"""Reading ``<model>``: the primary instance, binds and secondary instances."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.form import FormProblem, ListSource, Seed
from jdz_field.xforms.safe_xml import attribute, child, children, local, plain_name, text
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Bind, Def

_TEMPLATE = "template"
_XFORMS = "http://www.w3.org/2002/xforms"
_TYPES = {
    "": "string",
    "integer": "int",
    "long": "int",
    "double": "decimal",
    "float": "decimal",
    "selectOne": "select1",
    "select1": "select1",
    "odk:rank": "rank",
}
_KNOWN_TYPES = frozenset(
    (
        "string",
        "int",
        "decimal",
        "boolean",
        "date",
        "time",
        "dateTime",
        "geopoint",
        "geotrace",
        "geoshape",
        "binary",
        "barcode",
        "select1",
        "select",
        "rank",
    )
)

#: Attributes of a bind that say how media are taken and what the form's log keeps.
_EXTRAS = (
    *("max-pixels", "quality", "location-priority", "location-min-interval", "location-max-age"),
    *("track-changes", "track-changes-reasons", "identify-user"),
    *("photo-view", "photo-view-else"),
)


def find_model(root: etree._Element) -> tuple[etree._Element, etree._Element, str]:
    """Model, body and title of an XForm; BadInput when it has no model, body or instance."""
    head, body = child(root, "head"), child(root, "body")
    model = None if head is None else child(head, "model")
    if head is None or model is None or body is None:
        raise BadInput(_("This is no XForm: it has no model or no body."))
    title = child(head, "title")
    return model, body, "" if title is None else text(title).strip()


def primary_element(model: etree._Element) -> etree._Element:
    """The root of the record inside the first instance."""
    first = child(model, "instance")
    inside = [] if first is None else children(first)
    if not inside:
        raise BadInput(_("This is no XForm: its instance is empty."))
    return inside[0]


def build_definitions(element: etree._Element, repeats: frozenset[str]) -> tuple[Def, Seed]:
    """What the record is made of, and the values it starts with."""
    root = Def(local(element), None)
    seed = _absorb(root, element, repeats)
    for number, definition in enumerate(root.walk()):
        definition.number = number
    slot = 0
    for definition in root.walk():
        if definition.nearest_repeat is None:
            definition.slot = slot
            slot += 1
    return root, seed


def _absorb(definition: Def, element: etree._Element, repeats: frozenset[str]) -> Seed:
    seed = Seed(text(element).strip() if not children(element) else "")
    prefix = element.prefix
    definition.source = f"{prefix}:{definition.name}" if prefix else definition.name
    definition.namespace = _namespace(str(element.tag))
    _attributes(definition, seed, element)
    for part in children(element):
        name = local(part)
        inner = definition.children.get(name)
        if inner is None:
            inner = definition.children[name] = Def(name, definition)
            inner.repeat = inner.path in repeats
        made = _absorb(inner, part, repeats)
        if _is_template(part):
            seed.template[name] = made
        else:
            seed.kids.setdefault(name, []).append(made)
    _templates(definition, seed)
    return seed


def _namespace(tag: str) -> str:
    """The namespace of a name; that of XForms itself is none in a submission."""
    found = etree.QName(tag).namespace or ""
    return "" if found == _XFORMS else found


def _is_template(element: etree._Element) -> bool:
    return any(str(key).endswith("}" + _TEMPLATE) for key in element.attrib)


def _attributes(definition: Def, seed: Seed, element: etree._Element) -> None:
    for key, value in element.attrib.items():
        name = str(key).rpartition("}")[2]
        if str(key).endswith("}" + _TEMPLATE):
            continue
        inner = definition.children.setdefault("@" + name, Def("@" + name, definition))
        inner.source = _prefixed(element, str(key))
        inner.namespace = _namespace(str(key))
        seed.kids.setdefault("@" + name, []).append(Seed(str(value)))


def _prefixed(element: etree._Element, key: str) -> str:
    if not key.startswith("{"):
        return key
    namespace, _mark, name = key[1:].partition("}")
    prefix = next((p for p, uri in element.nsmap.items() if uri == namespace and p), "")
    return f"{prefix}:{name}" if prefix else name


def _templates(definition: Def, seed: Seed) -> None:
    """A repeat without a template takes its first instance as one, without what it holds."""
    for name, inner in definition.children.items():
        kids = seed.kids.get(name, [])
        if inner.repeat and name not in seed.template and kids:
            seed.template[name] = _trimmed(inner, kids[0])
        elif not inner.repeat and name in seed.template and not kids:
            seed.kids[name] = [seed.template[name]]


def _trimmed(definition: Def, seed: Seed) -> Seed:
    kids = {
        name: [_trimmed(definition.children[name], kid) for kid in kin]
        for name, kin in seed.kids.items()
        if not definition.children[name].repeat
    }
    return Seed("", kids, seed.template)


def read_binds(
    model: etree._Element, nodes: dict[str, Def], root: Def, problems: list[FormProblem]
) -> None:
    """Put every ``<bind>`` on its node; binds of nothing become problems."""
    for element in children(model, "bind"):
        path = absolute(attribute(element, "nodeset") or attribute(element, "ref"), root)
        definition = nodes.get(path)
        if definition is None:
            message = _("The form has rules for {name}, which does not exist.")
            problems.append(FormProblem(path, message.format(name=path or "?")))
            continue
        definition.bind = _bind(element)
    _read_recordings(model, nodes, root)


def named_binds(model: etree._Element, nodes: dict[str, Def], root: Def) -> dict[str, Def]:
    """The nodes of binds that have an ``id``, which controls and actions may name instead."""
    found = {}
    for element in children(model, "bind"):
        path = absolute(attribute(element, "nodeset") or attribute(element, "ref"), root)
        if element.get("id") and path in nodes:
            found[str(element.get("id"))] = nodes[path]
    return found


def _read_recordings(model: etree._Element, nodes: dict[str, Def], root: Def) -> None:
    """``odk:recordaudio`` (ODK XForms, actions): its event and quality, on the node it fills."""
    for element in children(model, "recordaudio"):
        definition = nodes.get(absolute(attribute(element, "ref"), root))
        if definition is not None:
            told = {
                "recordaudio": attribute(element, "event"),
                "quality": attribute(element, "quality"),
            }
            definition.bind.extras = {**definition.bind.extras, **told}


def absolute(path: str, root: Def, base: Def | None = None) -> str:
    """A path without spaces, from the root; a relative one starts at ``base`` (else the root)."""
    plain = "".join(path.split())
    if plain.startswith("/"):
        return plain.rstrip("/")
    steps = (base or root).path.split("/")
    for step in plain.split("/"):
        if step == "..":
            steps.pop()
        elif step not in ("", ".", "current()"):
            steps.append(step)
    return "/".join(steps)


def _bind(element: etree._Element) -> Bind:
    return Bind(
        type=type_name(element.get("type") or ""),
        relevant=(element.get("relevant") or "").strip(),
        readonly=(element.get("readonly") or "").strip(),
        required=(element.get("required") or "").strip(),
        required_message=attribute(element, "requiredMsg"),
        constraint=(element.get("constraint") or "").strip(),
        constraint_message=attribute(element, "constraintMsg"),
        calculate=(element.get("calculate") or "").strip(),
        preload=attribute(element, "preload"),
        preload_params=attribute(element, "preloadParams"),
        save_to=attribute(element, "saveto"),
        max_pixels=attribute(element, "max-pixels"),
        extras={name: value for name in _EXTRAS if (value := attribute(element, name).strip())},
    )


def type_name(written: str) -> str:
    """Our name of a bind's type; unknown ones are texts."""
    plain = _TYPES.get(written) or written.rpartition(":")[2]
    plain = _TYPES.get(plain, plain)
    return plain if plain in _KNOWN_TYPES else "string"


def read_lists(model: etree._Element) -> dict[str, ListSource]:
    """The secondary instances by their id."""
    lists: dict[str, ListSource] = {}
    for element in children(model, "instance")[1:]:
        name = attribute(element, "id")
        if name in lists:
            raise BadInput(_("The form declares the list {name} twice.").format(name=name))
        inside = children(element)
        source = attribute(element, "src")
        # What stands inside beside a source is a stand-in for other programs.
        document = static_document(inside) if inside and not source else None
        lists[name] = ListSource(name, document, source)
    return lists


def static_document(elements: Iterable[etree._Element]) -> StaticNode:
    """A secondary instance from its XML."""
    document = StaticNode("", None)
    shared: dict[tuple[str, ...], dict[str, int]] = {}
    for element in elements:
        _copy(element, document, shared)
    return document


def _copy(
    element: etree._Element, parent: StaticNode, shared: dict[tuple[str, ...], dict[str, int]]
) -> None:
    parts = children(element)
    if parts and parent.name and not element.attrib:
        # Tags with their namespaces: telling rows apart must not cost a name for every cell.
        tags = tuple([str(part.tag) for part in parts])
        columns = shared.get(tags)
        if columns is None:
            columns = shared[tags] = {plain_name(tag): at for at, tag in enumerate(tags)}
        if len(columns) == len(tags) and not any(len(part) or part.attrib for part in parts):
            parent.add_row(local(element), columns, [part.text or "" for part in parts])
            return
    node = parent.add(local(element), "" if parts else text(element))
    for key, value in element.attrib.items():
        node.add("@" + str(key).rpartition("}")[2], str(value))
    for part in parts:
        _copy(part, node, shared)
