"""The passport's tables in Chinese: words of columns and cells, titles of variables and cases, and a few sentences.

Titles, rules, findings and notes of a row stand beside the English ones where the row is made.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from simulator.library import cases, scenarios
from simulator.runner import Model
from simulator.scenario import load_case, load_scenario
from simulator.studies.passport.rows import Row, Table

WORDS: Mapping[str, str] = {
    # columns
    "left out": "未纳入的内容", "case": "案例", "path held at its first value": "保持初值不变的路径",
    "ladder shares less 1": "阶梯份额之和减 1", "lowest material stock": "最低的实物存量", "variable": "变量",
    "line": "行", "finding": "发现", "most influential constant": "影响最大的常数", "grade": "等级",
    "effect at its low end": "取下限时的影响", "effect at its high end": "取上限时的影响", "card": "卡片（原文）",
    "expectation": "预期", "result": "结果", "inside its range": "在取值范围内", "outside its range": "超出取值范围",
    "value": "取值", "stock that cannot be exactly empty": "不能恰为零的存量", "method": "方法",
    "largest error over headline outcomes, share of the outcome's span": "主要结果的最大误差（占其变动幅度）",
    "run": "运行", "variables compared": "比较的变量数", "worst variable": "差异最大的变量", "difference": "差异",
    "steady state of the default cluster": "默认集群的稳态", "figures": "数据", "number": "个数",
    "mean error": "平均误差", "root mean square error": "均方根误差", "bounds kept": "满足的界限", "dates": "年份数",
    "Theil U": "泰尔 U", "bias": "偏差", "variation": "方差", "covariation": "协方差",
    "Ningbo: ln export value on ln volume": "宁波：出口额对数对出口量对数", "evidence": "证据",
    "model, in dollars": "模型（美元）", "model, in yuan of the day": "模型（当年人民币）", "source": "来源",
    "member": "成员", "start values": "初始值", "assumptions": "假设", "drivers": "外部因素", "levers": "杠杆",
    "upgraded share": "升级份额", "mean capability": "平均能力", "value capture": "价值获取",
    "lock-in risk": "锁定风险",
    "loop": "回路", "kind": "类别", "link held at its first value": "保持初值不变的环节",
    "numeric: Ningbo baseline in 2030": "数值：宁波基准，2030 年", "share of draws": "占抽样的比例",
    "behaviour mode of mean capability, Ningbo baseline": "平均能力的行为模式，宁波基准",
    "policy ranking by": "政策排序依据", "order at the point": "基准点的次序",
    "draws in which the first stays first": "首位仍居首位的抽样", "group": "组", "claims": "论断数", "hold": "成立数",
    "claim": "论断", "statement": "内容", "needed": "要求", "what surprised": "意外之处", "explained by": "解释",
    "still seen": "仍然出现",
    # cells
    "holds": "成立", "FAILS": "不成立", "fails": "不成立", "untestable": "无法检验", "sound": "正常", "yes": "是",
    "NO": "否", "fitted": "用于拟合", "held out": "留作检验", "reinforcing": "增强", "balancing": "平衡",
    "assumed": "假定", "input": "输入", "scale": "尺度", "ungraded": "未评级", "calibrated point": "校准点",
    "the file's own values": "模型文件自身的取值", "rise": "上升", "fall": "下降", "hump (up, then down)": "先升后降",
    "dip (down, then up)": "先降后升", "wave": "波动", "standing": "不变",
}  # fmt: skip
"""Fixed words; names of files, methods and sources stay as they are."""

_PATTERNS = (
    (r"change of (.+)", "“{}”的变化"), (r"at ([\d.e+-]+)", "取 {}"), (r"random levers (\d+)", "随机杠杆 {}"),
    (r"(\d+) of (\d+)", "{1} 项中 {0} 项"), (r"(\d+%) of draws", "抽样的 {}"),
    (r"(.+) falls to (\S+)", "“{}”降至 {}"), (r"(.+) rises to (\S+)", "“{}”升至 {}"),
    (r"(.+) is not finite", "“{}”不是有限数"),
    (r"'(\w+)' cannot be computed(?: at time (\S+))?: float division by zero.*", "“{}”无法计算：除以零"),
    (r"'(\w+)' cannot be computed(?: at time (\S+))?: math domain error.*", "“{}”无法计算：超出函数定义域"),
    (r"'(\w+)' is not a finite number.*", "“{}”不是有限数"),
)


def names_of(model: Model) -> dict[str, str]:
    """Return Chinese names by what tables call a thing: titles and keys of variables, names of cases and scenarios."""
    titles = model.card.titles
    found = {key: title for key, title in titles.items() if key in model.spec.variables}
    found |= {model.spec[key].title: title for key, title in found.items()}
    for name in scenarios():
        title = load_scenario(name).title
        if title is not None:
            found[name] = title.zh
    for name in cases():
        title = load_case(name).title
        if title is not None:
            found[name] = title.zh
    return found


def with_chinese_tables(row: Row, names: Mapping[str, str]) -> Row:
    """Return the row with its tables in Chinese too; `names` and the row's own words go before the fixed ones."""
    if row.zh is None:
        return row
    known = {**WORDS, **names, **row.zh.words}
    return replace(row, tables=tuple(_table(item, known) for item in row.tables))


def _table(item: Table, known: Mapping[str, str]) -> Table:
    rows = tuple(tuple(_words(cell, known) for cell in row) for row in item.rows)
    return replace(item, columns_zh=tuple(_words(c, known) for c in item.columns), rows_zh=rows)


def _words(text: str, known: Mapping[str, str]) -> str:
    """Return a column's or cell's text in Chinese; unchanged if it is a number or not known."""
    if text in known:
        return known[text]
    for sign in (" -> ", " > "):
        if sign in text and re.fullmatch(rf"\w+({sign}\w+)+", text):
            return sign.join(_piece(part, known) for part in text.split(sign))
    for pattern, words in _PATTERNS:
        match = re.fullmatch(pattern, text)
        if match:
            return words.format(*(known.get(group, group) for group in match.groups() if group is not None))
    return text


def _piece(name: str, known: Mapping[str, str]) -> str:
    """Return one name of a chain; policies of the ranking stand there without their cluster's name."""
    return known.get(name) or known.get(f"ningbo_{name}", name)
