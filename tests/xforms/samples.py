"""Forms, scripts and expressions that both engines are asked."""

from __future__ import annotations

#: name → (type, text) of the values that EXPRESSIONS read
VALUES = {
    "in": ("int", "5"),
    "de": ("decimal", "2.50"),
    "d": ("date", "2026-04-05"),
    "dt": ("dateTime", "2026-04-05T10:11:12.130+08:00"),
    "tm": ("time", "09:08:07.000+08:00"),
    "gp": ("geopoint", "29.3 117.2 10.5 3"),
    "gt": ("geotrace", "29.3 117.2 0 0; 29.4 117.3 0 0; 29.4 117.2 0 0"),
    "gs": (
        "geoshape",
        "29.3 117.2 0 0; 29.4 117.2 0 0; 29.4 117.3 0 0; 29.3 117.3 0 0; 29.3 117.2 0 0",
    ),
    "em": ("int", ""),
    "bo": ("boolean", "1"),
    "t": ("string", "x"),
}

EXPRESSIONS = [
    "string(1 div 0)",
    "string(-1 div 0)",
    "0 div 0",
    "string(0 div 0)",
    "1 div 3",
    "5 mod 3",
    "-5 mod 3",
    "5.5 mod -2",
    "5 mod 0",
    "-0",
    "- - 3",
    "string(3000000000)",
    "3000000000",
    "12345678901234",
    "0.00001",
    "0.000012345",
    "1234567.125",
    "string(1234567.125)",
    "string(0.0001)",
    "100000000.5",
    "'a' < 'b'",
    "'2' < '10'",
    "'abc' = 'abc'",
    "1 = '1'",
    "'1.0' = 1",
    "true() = 'x'",
    "true() = 1",
    "'' = 0",
    "'' = false()",
    "number('') = 0",
    "number('1,5')",
    "number(' 12 ')",
    "number('1e5')",
    "number('-')",
    "number('--1')",
    "number('1-2')",
    "number('.5')",
    "number('5.')",
    "number('+5')",
    "number(true())",
    "number('abc')",
    "boolean('')",
    "boolean('false')",
    "boolean(0)",
    "boolean(0.0000000000001)",
    "boolean(number('x'))",
    "not('')",
    "boolean-from-string('TRUE')",
    "boolean-from-string('1')",
    "boolean-from-string('yes')",
    "int(3.9)",
    "int(-3.9)",
    "int('7.2')",
    "int('')",
    "round(2.5)",
    "round(-2.5)",
    "round(2.345, 2)",
    "round(-2.345, 2)",
    "round(1234.5, -2)",
    "round(-1250, -2)",
    "round(1.005, 2)",
    "round('x')",
    "round(0.1 + 0.2, 5)",
    "round(5, 0)",
    "round(123456789.987654321, 3)",
    "round(1.45, 1)",
    "round(2.675, 2)",
    "abs(-3)",
    "sqrt(2)",
    "sqrt(-1)",
    "pow(2, 10)",
    "pow(2, -1)",
    "pow(-8, 1 div 3)",
    "pow(0, 0)",
    "pow(0, -1)",
    "pow(2, 5000)",
    "exp(1)",
    "exp(1000)",
    "exp10(3)",
    "log(10)",
    "log(0)",
    "log(-1)",
    "log10(1000)",
    "sin(1)",
    "cos(1)",
    "tan(1)",
    "asin(2)",
    "acos(0.5)",
    "atan(1)",
    "atan2(1, -1)",
    "pi()",
    "sin('x')",
    "pow('', 2)",
    "concat('a', 1, true(), 2.50)",
    "concat()",
    "concat('a')",
    "join(',', 'a', 'b', 1)",
    "join(',')",
    "substr('hello', 1, 3)",
    "substr('hello', -3)",
    "substr('hello', 1, -1)",
    "substr('hello', 4, 2)",
    "substr('hello', 0, 99)",
    "substr('hello', 'x')",
    "substring-before('a=b', '=')",
    "substring-after('a=b=c', '=')",
    "substring-before('abc', 'x')",
    "substring-after('abc', '')",
    "translate('aabbcc', 'abc', 'x')",
    "translate('aab', 'aa', 'xy')",
    "contains('abc', '')",
    "starts-with('abc', 'ab')",
    "ends-with('abc', 'bc')",
    "ends-with('abc', '')",
    "string-length('甲乙')",
    "string-length('😀')",
    "string-length('')",
    "normalize-space('  a   b ')",
    "string-length(12.50)",
    "regex('abc', '[a-c]+')",
    "regex('abcd', '[a-c]+')",
    "regex('', '')",
    "regex('12345678901', '^[0-9]{11}$')",
    "regex('甲', '.')",
    "regex('a1', '\\w\\d')",
    "regex('１', '\\d')",
    "regex('甲', '\\w')",
    "regex('ab', 'a|ab')",
    "regex('AB', '(?i)ab')",
    "regex('a-b', '[\\w\\-]+')",
    "regex('abc', 'b')",
    "selected('a b c', 'b')",
    "selected('a b c', ' b ')",
    "selected('ab', 'a')",
    "selected('', 'a')",
    "selected('', '')",
    "count-selected('a b  c')",
    "count-selected('')",
    "count-selected(' ')",
    "selected-at('a b c', 1)",
    "selected-at('a b c', 9)",
    "selected-at('a b c', -1)",
    "selected-at('', 0)",
    "if('', 'a', 'b')",
    "if(1, 'a', 'b')",
    "if('false', 1, 2)",
    "coalesce('', 'x')",
    "coalesce('a', 'b')",
    "coalesce('', '')",
    "coalesce(number('x'), 5)",
    "once('q')",
    "checklist(1, 2, true(), false())",
    "checklist(-1, 0, true())",
    "checklist(2, -1, 'a', 'b')",
    "weighted-checklist(1, 5, true(), 2, true(), 3)",
    "weighted-checklist(1, 4, true(), 2, true(), 3)",
    "min(3, 1, 2)",
    "max(3, 1, 2)",
    "min('x', 2)",
    "max('', '')",
    "max()",
    "min(1)",
    "date('2026-01-31')",
    "string(date('2026-01-31'))",
    "number(date('1970-01-02'))",
    "date('2026-01-31') + 1",
    "date(date('2026-01-31') + 1)",
    "date(0)",
    "date(-1)",
    "date(20000.7)",
    "date('')",
    "date('2024-02-29') = '2024-02-29'",
    "date('2024-02-29') < date('2024-03-01')",
    "date('2024-02-29') > '2024-02-28'",
    "string(date('2026-01-31') - date('2025-01-31'))",
    "date-time('2026-01-31T10:20:30.400+08:00')",
    "string(date-time('2026-01-31T23:20:30.400+08:00'))",
    "date-time('2026-01-31T10:20')",
    "date-time(0.5)",
    "decimal-date-time('1970-01-02T12:00:00Z')",
    "decimal-date-time('1970-01-02')",
    "decimal-time('1970-01-01T06:00:00.000Z')",
    "decimal-time('2026-01-01T18:30:00.000Z')",
    "decimal-date-time(date('2026-01-01'))",
    "format-date('2026-01-05', '%Y-%m-%d')",
    "format-date('2026-01-05', '%e/%n/%y %b %a')",
    "format-date-time('2026-01-05T07:08:09.010', '%H:%M:%S %h %3')",
    "format-date('', '%Y')",
    "format-date(20000, '%Y-%m-%d')",
    "format-date('2026-01-05', '100%% %Y')",
    "date('2026-1-5')",
    "date('2026-01-31T10:20:30.400+08:00')",
    "format-date(date('2026-01-05'), '%d.%m')",
    "date-time('2026-01-31T10:20:30Z')",
    "boolean(date('2026-01-01'))",
    "date('2026-01-01') and true()",
    "date('2026-01-01') != date('2026-01-02')",
    "abs(date('1970-01-03'))",
    "date-time('2026-03-04T05:06:07.89+02')",
    "digest('abc', 'MD5', 'hex')",
    "digest('abc', 'SHA-1')",
    "digest('abc', 'SHA-256', 'hex')",
    "digest('甲', 'SHA-512', 'base64')",
    "digest('abc', 'SHA-384', 'hex')",
    "base64-decode('aGVsbG8=')",
    "base64-decode('5L2g5aW9')",
    "string(true())",
    "string(2 > 1)",
    "version()",
    "true()",
    "1 = 1",
    "position()",
    "string('')",
    "depend(1, 2)",
    "distance('29.3 117.2 0 0; 29.4 117.3 0 0')",
    "distance('29.3 117.2', '29.4 117.3')",
    "distance(/data/gt)",
    "area(/data/gs)",
    "distance(/data/gs)",
    "area(/data/gt)",
    "geofence('29.35 117.25', /data/gs)",
    "geofence('30 117.25', /data/gs)",
    "string(/data/gp)",
    "string-length(/data/gp)",
    "/data/gp",
    "/data/gt",
    "number(/data/gp)",
    "/data/dt",
    "string(/data/dt)",
    "/data/tm",
    "/data/d + 1",
    "/data/d = '2026-04-05'",
    "/data/dt > /data/d",
    "decimal-date-time(/data/dt)",
    "format-date-time(/data/tm, '%H:%M')",
    "/data/in + 1",
    "/data/de * 2",
    "concat(/data/de)",
    "concat(/data/in, /data/de)",
    "string(/data/de)",
    "sum(/data/in)",
    "count(/data/in)",
    "sum(/data/nothing)",
    "/data/nothing",
    "count(/data/nothing)",
    "/data/in",
    "count-non-empty(/data/de)",
    "max(/data/in, /data/de)",
    "join('-', /data/in, /data/de)",
    "(1 + 2) * 3 - 4 div 2",
    "2 + 3 * 4",
    "-2 + 3",
    "7 - -2",
    "1 < 2 and 2 < 3",
    "1 < 2 < 3",
    "1 = 1 = 1",
    "not(1 = 2) or 1 = 2",
    "'it' != \"it's\"",
    "../in",
    "./../in",
    "../../data/in",
    "current()/../in",
    "/data/in div 0",
    "string-length(../de)",
    "not(/data/em)",
    "/data/em = ''",
    "/data/em = 0",
    "/data/em < 5",
    "/data/em + 1",
    "boolean(/data/em)",
    "if(/data/em > 5, 'y', 'n')",
    "coalesce(/data/em, 'none')",
    "/data/bo",
    "/data/bo = true()",
    "string(/data/bo)",
    "/data/bo = 1",
    "checklist(1,2,'yes','no')",
    "format-date-time('2026-03-04T05:06:07.089', '%Y %y %m %n %b %d %e %H %h %M %S %3 %a %% %W')",
    "format-date('2026-01-01', '%a %b')",
    "digest('abc', 'SHA1', 'hex')",
    "digest('abc', 'sha-1', 'hex')",
    "digest('abc', 'SHA-1', 'HEX')",
    "digest('abc', 'SHA-512', 'hex')",
    "digest('abc', 'SHA-384', 'base64')",
    "digest('', 'MD5', 'hex')",
    "base64-decode('')",
    "base64-decode('aGVsbG8')",
    "extract-signed('', '')",
    "area(/data/em)",
    "distance(/data/em)",
    "distance('1 2')",
    "geofence(/data/gp, /data/gs)",
    "geofence(/data/em, /data/gs)",
    "geofence('29.35 117.25', /data/em)",
    "decimal-time('2026-01-01')",
    "decimal-time(/data/tm)",
    "decimal-time(1.75)",
    "decimal-date-time(12.5)",
    "date(/data/em)",
    "date-time('')",
    "string-length(string(now())) = 10",
    "today() = date(now())",
    "today() > '2020-01-01'",
    "min()",
    "min('')",
    "max(1, 'x')",
    "concat('a', '', 'b')",
    "substr('hello', 1.9)",
    "substr('hello', -9, -1)",
    "substr('hello', 2, 'x')",
    "substring-before('a-b', '')",
    "translate('abc', '', 'x')",
    "normalize-space()",
    "string-length()",
    "boolean-from-string('True')",
    "boolean-from-string(1)",
    "boolean-from-string(true())",
    "selected-at('a b c', '1')",
    "selected-at('a b c', 1.7)",
    "string-length(uuid()) = 36",
    "string-length(uuid(8))",
    "string-length(uuid('x'))",
    "random() < 1",
    "once('')",
    "if(true(), /data/d, 'x')",
    "if(false(), 1, /data/dt)",
    "round(-0.4)",
    "round(2.5, '1')",
    "int(-0.5)",
    "int(1 div 0)",
    "int(12345678901)",
    "abs('-3')",
    "sqrt('4')",
    "exp('')",
    "exp10(-2)",
    "exp10(400)",
    "log10(0)",
    "atan2(0,0)",
    "tan(1.5707963267948966)",
    "position(/data/in)",
    "position(..)",
    "indexed-repeat(/data/in, /data, 1)",
    "number('2026-01-01')",
    "number(/data/dt)",
    "number(/data/tm)",
    "/data/d + /data/in",
    "/data/dt + 1",
    "/data/tm + 1",
    "/data/dt = /data/d",
    "'2026-04-05' = /data/d",
    "date('2026-04-05') - date('2026-04-01')",
    "date(/data/d + 2)",
    "date(/data/dt)",
    "date-time(/data/d)",
    "concat(/data/tm)",
    "concat(/data/dt)",
    "/data/gp = '29.3 117.2 10.5 3'",
    "boolean(/data/gp)",
    "/data/bo and false()",
    "-/data/in",
    "1 div -0",
    "'a' + 1",
    "true() + 1",
    "'5' * '2'",
    "1 = 1.0000000000001",
    "0.1 + 0.2 = 0.3",
    "'' < 1",
    "'true' = true()",
    "'0' and true()",
    "is-selected('a b', 'a')",
    "enclosed-area(/data/gs)",
    "concat(1 > 2, 2 > 1)",
    "1.10",
    "00012",
    "123456789012345678",
    "1 div 3 * 3",
]

_COUNTED = """
| survey |
| | type | name | label | calculation | repeat_count |
| | integer | n | How many | | |
| | begin_repeat | tree | Tree | | ${n} |
| | decimal | h | Height | | |
| | calculate | place | | position(..) | |
| | calculate | all | | count(${tree}) | |
| | end_repeat | | | | |
| | calculate | total | | sum(${h}) | |
| | calculate | second | | ${tree}[position() = 2]/h | |
| | calculate | joined | | join(',', ${h}) | |
"""
_NESTED = """
| survey |
| | type | name | label | calculation | relevant | required | constraint |
| | begin_repeat | plot | Plot | | | | |
| | text | plot_name | Name | | | yes | |
| | begin_repeat | tree | Tree | | ${plot_name} != 'none' | | |
| | decimal | width | Width | | | | . > 0 and . < 200 |
| | calculate | area | | pow(${width} div 2, 2) * pi() | | | |
| | select_one state | state | State | | | ${width} > 5 | |
| | text | why | Why | | ${state} = 'dead' | yes | |
| | end_repeat | | | | | | |
| | calculate | plot_area | | sum(${area}) | | | |
| | calculate | trees | | count(${tree}) | | | |
| | end_repeat | | | | | | |
| | calculate | all_area | | round(sum(${plot_area}), 3) | | | |
| | calculate | all_trees | | sum(${trees}) | | | |
| choices |
| | list_name | name | label |
| | state | live | Live |
| | state | dead | Dead |
"""
_CASCADE = """
| survey |
| | type | name | label | choice_filter | relevant | default | trigger | calculation |
| | select_one county | county | County | | | | | |
| | select_one town | town | Town | county = ${county} | | | | |
| | select_multiple village | village | Villages | town = ${town} | ${town} != '' | | | |
| | calculate | chosen | | | | | | count-selected(${village}) |
| | calculate | town_label | | | | | | jr:choice-name(${town}, '${town}') |
| | text | note | Note | | | | ${town} | concat('seen ', ${town}) |
| | text | fixed | Fixed | | | abc | | |
| | integer | dynamic | Dynamic | | | 2 + 3 | | |
| choices |
| | list_name | name | label | county | town |
| | county | cj | Changjiang | | |
| | county | fl | Fuliang | | |
| | town | yl | Yaoli | fl | |
| | town | eh | Ehu | fl | |
| | town | ly | Liyang | cj | |
| | village | v1 | One | fl | yl |
| | village | v2 | Two | fl | yl |
| | village | v3 | Three | fl | eh |
"""
_LANGUAGES = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | calculation | required | read_only |
| | text | who | 谁 | Who | | yes | |
| | select_one yn | fine | 可以吗，${who}？ | Fine, ${who}? | | | |
| | calculate | shown | | | jr:choice-name(${fine}, '${fine}') | | |
| | text | locked | 锁定 | Locked | 'x' | | ${fine} = 'yes' |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | yn | yes | 是 | Yes |
| | yn | no | 否 | No |
| settings |
| | default_language |
| | 中文 (zh) |
"""
_UPPER = """
| survey |
| | type | name | label | calculation | relevant | required | read_only |
| | select_multiple kind | kinds | Kinds | | | | |
| | begin_group | one | One | | selected(${kinds}, 'a') | | |
| | integer | x | X | | | yes | |
| | begin_group | two | Two | | ${x} > 3 | | selected(${kinds}, 'b') |
| | integer | y | Y | | | | |
| | calculate | z | | ${x} + ${y} | | | |
| | end_group | | | | | | |
| | end_group | | | | | | |
| | calculate | sees | | coalesce(${z}, 'nothing') | | | |
| | rank | order | Order | | | | |
| | acknowledge | seen | Seen | | | yes | |
| | range | level | Level | | | | |
| | note | hint | Sum: ${z} | | ${z} > 0 | | |
| choices |
| | list_name | name | label |
| | kind | a | A |
| | kind | b | B |
""".replace("rank | order", "rank kind | order")


def _answers(*pairs: str) -> list[str]:
    """``path=value`` → answer commands with a dump after each."""
    lines = []
    for pair in pairs:
        path, _mark, text = pair.partition("=")
        lines += [f"answer\t/data/{path}\t{text}", "dump"]
    return lines


FORMS = {
    "counted": (
        _COUNTED,
        [
            "dump",
            *_answers("n=2", "tree[1]/h=4", "tree[2]/h=5.50", "n=4", "tree[4]/h=x"),
            "validate",
        ],
    ),
    "nested": (
        _NESTED,
        [
            *_answers("plot[1]/plot_name=A", "plot[1]/tree[1]/width=12.5"),
            "repeat\t/data/plot[1]/tree",
            *_answers("plot[1]/tree[2]/width=300", "plot[1]/tree[2]/state=dead"),
            "repeat\t/data/plot",
            "dump",
            *_answers("plot[2]/plot_name=none", "plot[2]/tree[1]/width=3", "plot[3]/plot_name=x"),
            "validate",
            *_answers("plot[1]/tree[2]/width=30", "plot[2]/plot_name=B"),
            "validate",
            "remove\t/data/plot[1]/tree[1]",
            "dump",
            "remove\t/data/plot[1]",
            "dump",
            "validate",
        ],
    ),
    "cascade": (
        _CASCADE,
        [
            "dump",
            "choices\t/data/town",
            *_answers("county=fl"),
            "choices\t/data/town",
            *_answers("town=yl", "village=v1 v2"),
            "choices\t/data/village",
            *_answers("county=cj"),
            "choices\t/data/town",
            "dump",
            "validate",
            "dump",
        ],
    ),
    "languages": (
        _LANGUAGES,
        [
            *_answers("who=张三", "fine=yes"),
            "lang\tEnglish (en)",
            *_answers("fine=no", "locked=mine"),
            "lang\tKlingon",
            "validate",
        ],
    ),
    "relevance": (
        _UPPER,
        [
            "dump",
            *_answers("kinds=a", "one/x=5", "one/two/y=2", "kinds=a b", "kinds=b", "order=b a"),
            *_answers("seen=OK", "level=3", "kinds=a"),
            "validate",
            "bogus",
            "answer\t/data/nothing\t1",
        ],
    ),
}

_GEOHAZARD = [
    "dump",
    "answer\t/data/site_id\ts1",
    "answer\t/data/visit/kind\t01",
    "choices\t/data/threat/stability",
    "answer\t/data/signs/tension_crack\tyes",
    "dump",
    "answer\t/data/crack[1]/width\t12.5",
    "answer\t/data/crack[1]/last_width\t10",
    "repeat\t/data/crack",
    "answer\t/data/crack[2]/width\t3",
    "answer\t/data/crack[2]/last_width\t1.55",
    "answer\t/data/threat/people\t120",
    "dump",
    "answer\t/data/threat/assets\t5000",
    "answer\t/data/visit/inspection_type\temergency",
    "choices\t/data/threat/stability",
    "answer\t/data/care/monitor_phone\tabc",
    "dump",
    "validate",
    "answer\t/data/visit/kind\t03",
    "answer\t/data/flow_warnings/upstream_roar\tyes",
    "answer\t/data/threat/trend\tfailing",
    "answer\t/data/visit/inspection_date\t2999-01-01",
    "remove\t/data/crack[1]",
    "dump",
    "validate",
]
_MINE = [
    "answer\t/data/visit/inspector\t李四",
    "answer\t/data/damage/problem\t1 3",
    "answer\t/data/damage/damaged[1]/damage_area\t120.5",
    "repeat\t/data/damage[1]/damaged",
    "answer\t/data/damage/damaged[2]/damage_area\t-1",
    "dump",
    "answer\t/data/restoration/works_state\tdone",
    "answer\t/data/restoration/acceptance/land_use_restored\tyes",
    "answer\t/data/restoration/acceptance/ground_stable\tyes",
    "answer\t/data/restoration/acceptance/no_hazard\tyes",
    "answer\t/data/restoration/acceptance/no_pollution\tno",
    "answer\t/data/restoration/acceptance/data_complete\tyes",
    "dump",
    "answer\t/data/damage/problem\t",
    "dump",
    "validate",
]
_PLOT = [
    "answer\t/data/stand/density\t111",
    "answer\t/data/sample[1]/sample_size\t200",
    "answer\t/data/sample[1]/planted\t30",
    "answer\t/data/sample[1]/alive\t29",
    "dump",
    "repeat\t/data/sample",
    "answer\t/data/sample[2]/sample_size\t100",
    "answer\t/data/sample[2]/planted\t20",
    "answer\t/data/sample[2]/alive\t25",
    "validate",
    "answer\t/data/sample[2]/alive\t2",
    "dump",
    "answer\t/data/plot_problem\tweeds pests",
    "dump",
]
SCRIPTS = {
    "geohazard_inspection": _GEOHAZARD,
    "mine_inspection": _MINE,
    "plot_check": _PLOT,
}
