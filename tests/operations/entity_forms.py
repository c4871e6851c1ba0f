"""Forms that read and change entity lists, as a form designer writes them for ODK Central."""

from __future__ import annotations

from jdz_field.store.project import Project
from jdz_field.xforms.definition import parse_form
from tests.xforms.tools import xform

#: A mine found in the field.
REGISTER_MINE = """
| survey |
| | type | name | label | save_to | required |
| | text | mine | Name | site_name | |
| | geopoint | where | Where | geometry | |
| | text | kind | Mineral | mineral | |
| entities |
| | list_name | label | create_if |
| | mine_sites | ${mine} | ${mine} != 'no' |
| settings |
| | form_id | version |
| | register_mine | 1 |
"""
#: Any mine is looked up and changed.
UPDATE_MINE = """
| survey |
| | type | name | label | save_to | calculation |
| | select_one_from_file mine_sites.csv | mine | Mine | | |
| | calculate | before | | | instance('mine_sites')/root/item[name=${mine}]/mineral |
| | calculate | place | | | instance('mine_sites')/root/item[name=${mine}]/geometry |
| | text | mineral | Mineral | mineral | |
| | text | who | Who | monitor_name | |
| entities |
| | list_name | entity_id | update_if |
| | mine_sites | ${mine} | ${who} != 'nobody' |
| settings |
| | form_id | version |
| | update_mine | 1 |
"""
#: A visit of a mine that finds geohazard points around it.
ROUND = """
| survey |
| | type | name | label | save_to |
| | select_one_from_file mine_sites.csv | mine | Mine | |
| | text | problem | Remarks | mine_sites#remarks |
| | begin_repeat | found | Point | |
| | text | called | Name | geohazard_points#site_name |
| | geopoint | at | At | geohazard_points#geometry |
| | integer | people | People | geohazard_points#threatened_people |
| | end_repeat | | | |
| entities |
| | list_name | label | entity_id | create_if |
| | mine_sites | | ${mine} | |
| | geohazard_points | ${called} | | ${called} != 'no' |
| settings |
| | form_id | version |
| | mine_round | 1 |
"""
#: A list that is none of ours.
REGISTER_TREE = """
| survey |
| | type | name | label | save_to |
| | text | species | Species | species |
| | geopoint | at | At | geometry |
| entities |
| | list_name | label |
| | trees | ${species} |
| settings |
| | form_id | version |
| | register_tree | 1 |
"""
UPDATE_TREE = """
| survey |
| | type | name | label | save_to | calculation |
| | select_one_from_file trees.csv | tree | Tree | | |
| | calculate | species | | | instance('trees')/root/item[name=${tree}]/species |
| | integer | girth | Girth | girth_cm | |
| entities |
| | list_name | label | entity_id |
| | trees | concat(${species}, ' ', ${girth}) | ${tree} |
| settings |
| | form_id | version |
| | update_tree | 1 |
"""


def add(project: Project, markdown: str) -> str:
    """Add a form to a project; its id."""
    xml = xform(markdown)
    form = parse_form(xml)
    project.add_form(form.form_id, form.version, form.title, xml, None)
    return form.form_id
