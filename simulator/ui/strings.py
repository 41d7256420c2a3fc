"""Every text of the page that is not the model's own (those stand in its card): key -> (English, Chinese)."""

LANGUAGES = {"en": "English", "zh": "中文"}

STRINGS: dict[str, tuple[str, str]] = {
    # top line
    "page_title": ("gumsim · policy page", "gumsim · 政策模拟页"),
    "case": ("Cluster", "集群"),
    "case_help": ("The cluster whose history and starting point the run uses.", "模拟所用的集群：其历史与起点。"),
    "preset": ("Policy package", "政策组合"),
    "preset_help": (
        "A ready-made set of levers for this cluster; every lever can still be moved afterwards.",
        "为该集群预设的一组政策杠杆；之后仍可逐一调整。",
    ),
    "no_policy": ("None: baseline, or your own levers", "无：基准，或自行设置"),
    "language": ("Language", "语言"),
    "view": ("View", "视图"),
    "view_explore": ("Explore", "探索"),
    "view_compare": ("Compare", "比较"),
    "view_uncertainty": ("Uncertainty", "不确定性"),
    "view_timing": ("Timing", "时机"),
    "view_explain": ("Explain", "解释"),
    "view_data": ("Data & code", "数据与代码"),
    "view_evidence": ("Model & evidence", "模型与证据"),
    "view_validation": ("Validation", "验证"),
    "undo": ("Undo", "撤销"),
    "redo": ("Redo", "重做"),
    "replay": ("Replay", "回放"),
    "replay_help": (
        "Show the state before the last change; press again to come back.",
        "显示最近一次改动之前的状态；再按一次返回。",
    ),
    "reset": ("Reset", "重置"),
    "reset_help": ("Go back to the baseline, in part or altogether.", "部分或全部恢复到基准。"),
    "reset_lever": ("Reset this lever", "重置此杠杆"),
    "reset_group": ("Reset these levers", "重置这组杠杆"),
    "reset_policies": ("Reset all policies", "重置全部政策"),
    "reset_drivers": ("Reset outside drivers", "重置外部因素"),
    "reset_assumptions": ("Reset assumptions", "重置假设"),
    "reset_everything": ("Reset everything", "全部重置"),
    "share": ("Share", "分享"),
    "share_help": (
        "A link that opens this scenario, with every setting, in another browser.",
        "一个可在其他浏览器中打开当前情景及其全部设置的链接。",
    ),
    "share_intro": (
        "Copy this address; it opens this scenario with every setting:",
        "复制此网址，即可打开当前情景及其全部设置：",
    ),
    "share_bad": (
        "The link could not be used, so the page opened at its start: {reason}",
        "链接无法使用，页面已从初始状态打开：{reason}",
    ),
    # tour
    "tour_invite": ("New here? Five steps show you around.", "第一次使用？五步带您了解本页。"),
    "tour_picks": (
        "Choose a cluster and a ready-made policy package. Undo, redo and reset stand beside them: nothing can break.",
        "选择集群与现成的政策组合。旁边有撤销、重做与重置：不会弄坏任何东西。",
    ),
    "tour_levers": (
        "Move a lever: the word tells how strong it is. The button beside it opens its meaning, its start and end, its "
        "cost and its sources.",
        "移动杠杆：文字表示力度。旁边的按钮可查看含义、起止时间、费用与来源。",
    ),
    "tour_results": (
        "Watch the charts: thick is your scenario, dashed the baseline. “Why?” leads to the causes of what you see.",
        "观察图表：粗线是您的情景，虚线是基准。“为什么？”带您查看原因。",
    ),
    "tour_save_bar": (
        "Save a scenario under a name, change something, and both stay on the charts.",
        "将情景命名保存，再作改动，两者都会留在图上。",
    ),
    "tour_view": (
        "More views: compare, how sure it is, when it is too late, why, data, model, validation. “Share” gives a link "
        "that opens it all elsewhere.",
        "更多视图：比较、不确定性、时机、解释、数据、模型、验证。“分享”提供可在别处打开的链接。",
    ),
    "tour_start": ("Show me", "开始"),
    "tour_next": ("Next", "下一步"),
    "tour_back": ("Back", "上一步"),
    "tour_done": ("Done", "完成"),
    "tour_close": ("Close", "关闭"),
    # headline
    "headline": ("Headline outcomes", "主要结果"),
    "year_shown": ("{time} shown", "显示{time}"),
    "baseline": ("Baseline", "基准"),
    "current": ("This scenario", "当前情景"),
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "changed": ("changed", "有变化"),
    "same": ("as baseline", "与基准相同"),
    # charts
    "left_chart": ("Left chart", "左图"),
    "right_chart": ("Right chart", "右图"),
    "fixed_axes": ("Full-range axes", "全范围坐标轴"),
    "fixed_axes_help": (
        "On: the value axes show the outcome's whole possible range. Off: they fit the lines, and only grow while you "
        "move levers, so that runs can be compared by eye; double-click a chart to fit it again.",
        "开启：纵轴显示结果的全部可能范围。关闭：纵轴贴合曲线，移动杠杆时只扩大不缩小，便于目测比较；双击图表可重新贴合。",
    ),
    "stack_shares": ("Stack shares", "堆叠份额"),
    "stack_help": (
        "Draw shares as stacked areas, this scenario and each saved one side by side, with the baseline's borders "
        "dashed. Off: as lines in one drawing.",
        "以堆叠面积显示份额：当前情景与各已保存情景并排，虚线为基准边界。关闭后以线条显示在同一图中。",
    ),
    "more_outcomes": ("All headline outcomes over time", "主要结果随时间的变化"),
    "table_twin": ("{chart} as a table", "{chart}的数据表"),
    "this_chart": ("This chart", "此图"),
    "this_drawing": ("This drawing", "此图"),
    "zoom_out": ("Whole period", "整个时期"),
    "image": ("Save as image", "保存为图片"),
    "legend": ("Legend: press an entry to hide or show it", "图例：点击可隐藏或显示"),
    "preview": ("Preview while you move", "移动时的预览"),
    "chart_alt": (
        "{title}: {runs}. At {year}: {values}. Arrow keys read values.",
        "{title}：{runs}。{year}：{values}。用方向键读取数值。",
    ),
    "time": ("Year", "年份"),
    # levers
    "levers": ("Policy levers", "政策杠杆"),
    "changed_count": ("{count} changed", "已改 {count} 项"),
    "outside": ("Not the cluster’s choice", "集群无法选择"),
    "drivers": ("Outside drivers", "外部因素"),
    "drivers_help": (
        "The cluster does not choose these. Untouched, they follow the case's own history.",
        "集群无法选择这些因素。未改动时沿用该案例的历史。",
    ),
    "assumptions": ("Assumptions", "假设"),
    "assumptions_help": (
        "Uncertain constants of the model, with the range that the evidence allows.",
        "模型中不确定的常数，及证据所允许的范围。",
    ),
    "sector": ("Sector", "模块"),
    "all_sectors": ("All sectors", "全部模块"),
    "details": ("Details: {name}", "详情：{name}"),
    "exact": ("Exact value ({units})", "精确数值（{units}）"),
    "start": ("Starts", "开始"),
    "ramp": ("Time to reach it ({time})", "达到所需时间（{time}）"),
    "end": ("Ends (empty: never)", "结束（留空：不结束）"),
    "template_ramp": ("Ramp", "逐步推进"),
    "template_ramp_help": ("Up slowly, over a quarter of the time.", "用四分之一的时间缓慢提升。"),
    "template_pilot": ("Pilot, then scale", "先试点后推广"),
    "template_pilot_help": (
        "A quarter of the strength at first, then up to all of it.",
        "先以四分之一力度试点，再提升到全部力度。",
    ),
    "template_sunset": ("Sunset", "到期退出"),
    "template_sunset_help": ("Up soon, and back down after half of the time.", "较快提升，时间过半后退出。"),
    "path_over_time": ("Path over time", "时间路径"),
    "levels": ("Words and numbers", "级别与数值"),
    "costs": ("Cost", "费用"),
    "cost_full": ("{cost} million CNY a year at full effort", "全力实施时每年 {cost} 百万元"),
    "cost_now": ("about {cost} million CNY a year at this level", "当前级别约每年 {cost} 百万元"),
    "cost_none": ("no public or private money in the model", "模型中不计费用"),
    "sources": ("Sources", "来源"),
    "history": ("Before the start it follows the case's history.", "开始之前沿用该案例的历史。"),
    "follows_history": ("follows the case", "沿用案例"),
    "grade_evidence": ("from evidence", "来自证据"),
    "grade_derived": ("derived from evidence", "由证据推算"),
    "grade_assumed": ("assumed", "假定"),
    "distribution": ("Distribution", "分布"),
    "distribution_triangular": ("triangular", "三角分布"),
    "distribution_uniform": ("uniform", "均匀分布"),
    "distribution_normal": ("normal", "正态分布"),
    "distribution_lognormal": ("lognormal", "对数正态分布"),
    "distribution_discrete": ("discrete", "离散分布"),
    "range": ("Range", "范围"),
    # saved scenarios and differences
    "saved": ("Saved scenarios", "已保存的情景"),
    "save": ("Save", "保存"),
    "save_name": ("Name for this scenario", "为当前情景命名"),
    "save_hint": (
        "Save this scenario under a name, change levers, and both stay on the charts.",
        "将当前情景命名保存后再改动杠杆，两者都会显示在图上。",
    ),
    "saved_shown": ("On the charts", "显示在图上"),
    "saved_done": ("Saved as “{name}”.", "已保存为“{name}”。"),
    "open_saved": ("Open", "打开"),
    "remove_saved": ("Remove", "移除"),
    "name_empty": ("Give the scenario a name first.", "请先为情景命名。"),
    "name_taken": (
        "There is already a saved scenario called “{name}”; choose another name.",
        "已有名为“{name}”的情景，请换一个名称。",
    ),
    "saved_full": ("{limit} scenarios are saved already; remove one first.", "已保存 {limit} 个情景，请先移除一个。"),
    "changes": ("What differs from the baseline", "与基准的差异"),
    "same_settings": ("Nothing: the two have the same settings.", "无差异：两者设置相同。"),
    "no_changes": (
        "Nothing: this is the baseline. Move a lever or choose a policy package.",
        "无差异：当前即基准。请移动杠杆或选择政策组合。",
    ),
    "compare_with": ("Compare this scenario with", "将当前情景与之比较"),
    "as_case": ("as the case has it", "沿用案例"),
    "own_path": ("own path over time", "自定义时间路径"),
    "setting_from": ("{value} from {start}", "{value}，自 {start} 起"),
    "setting_over": (", reached over {ramp} {unit}", "，历时 {ramp} {unit}达到"),
    "setting_until": (", until {end}", "，至 {end} 止"),
    "setting": ("Setting", "设置"),
    "kind": ("Kind", "类别"),
    "kind_lever": ("Lever", "杠杆"),
    "kind_driver": ("Driver", "外部因素"),
    "kind_assumption": ("Assumption", "假设"),
    "kind_initial": ("Start value", "初始值"),
    "kind_other": ("Other", "其他"),
    "outcome": ("Outcome", "结果"),
    "unit": ("Unit", "单位"),
    "outcomes_in": ("Outcomes in {year}", "{year} 年的结果"),
    "outcomes_help": (
        "Every headline outcome of the scenarios on the charts, in the year shown.",
        "图中各情景在所示年份的主要结果。",
    ),
    "points": ("percentage points", "个百分点"),
    "difference_chart": ("Difference from the baseline: {chart}", "与基准之差：{chart}"),
    # data and code
    "data_intro": (
        "Everything on the page can be taken along: the numbers, the settings behind them, and the commands "
        "that make them again.",
        "页面上的一切都可带走：数字、其背后的设置，以及可重现它们的命令。",
    ),
    "download_zip": ("CSV and settings (zip)", "CSV 与设置（zip）"),
    "download_csv": ("CSV", "CSV"),
    "download_meta": ("Settings and units (JSON)", "设置与单位（JSON）"),
    "download_yaml": ("Scenario file (YAML)", "情景文件（YAML）"),
    "download_report": ("Report to print (HTML)", "可打印报告（HTML）"),
    "report_title": ("Scenario report: {name}", "情景报告：{name}"),
    "charts": ("Charts", "图表"),
    "scenario_itself": ("the policy package", "政策组合本身"),
    "sources_none": (
        "Nothing was changed; the case's own sources stand in its file.",
        "未作改动；案例自身的来源见其文件。",
    ),
    "downloads": ("Downloads", "下载"),
    "data_scope": ("What to include", "包含内容"),
    "scope_outcomes": ("Stocks and outcomes", "存量与结果"),
    "scope_all": ("Every variable", "全部变量"),
    "reproduce": ("Reproduce this scenario", "重现当前情景"),
    "in_python": ("In Python", "Python 代码"),
    "in_shell": ("On the command line", "命令行"),
    "shell_note": ("Save the scenario file above beside where you run this.", "请先将上方的情景文件保存到运行目录。"),
    "data_table": ("The numbers", "数据表"),
    # uncertainty
    "uncertainty_intro": (
        "Many constants are known only as a range. Here all of them are drawn at once, many times; all runs meet the "
        "same futures, so that they differ by the policy alone.",
        "许多常数只知道范围。这里把它们同时随机抽取多次；各情景在相同的未来中运行，因此差别只来自政策。",
    ),
    "nothing_uncertain": (
        "This model's card names no uncertain constants, so there is nothing to draw.",
        "该模型没有列出不确定的常数，因此无可抽取。",
    ),
    "futures_runs": ("Runs", "参与的情景"),
    "futures_drawn": ("Drawn at random", "随机抽取"),
    "futures_assumptions": ("Assumptions", "假设"),
    "futures_both": ("Assumptions and outside drivers", "假设与外部因素"),
    "futures_drawn_help": (
        "An outside driver follows the case until the policy starts, then goes within one time unit to a number drawn "
        "from its range. All runs meet the same draws.",
        "外部因素在政策开始前沿用案例，此后在一个时间单位内变为从其范围中抽取的数值。所有情景面对相同的抽取结果。",
    ),
    "futures_none": ("Choose at least one run.", "请至少选择一个情景。"),
    "futures_two": (
        "Choose at least two runs; save a scenario under a name to compare it with others.",
        "请至少选择两个情景；将情景命名保存后即可相互比较。",
    ),
    "futures_other_case": (
        "Saved for another cluster, so not among these futures: {names}.",
        "为其他集群保存，因此不参与比较：{names}。",
    ),
    "futures_left_out": (
        "Not drawn, because one of the runs sets them: {names}.",
        "未抽取，因为某个情景已自行设定：{names}。",
    ),
    "beats_in": (
        "In {year} “{a}” beats “{b}” in **{count} of {futures}** futures.",
        "{year} 年，“{a}”在 {futures} 个未来中的 **{count}** 个优于“{b}”。",
    ),
    "higher_in": (
        "In {year} “{a}” lies above “{b}” in **{count} of {futures}** futures.",
        "{year} 年，“{a}”在 {futures} 个未来中的 **{count}** 个高于“{b}”。",
    ),
    "equal_in": ("In {count} the two are equal.", "其中 {count} 个两者相同。"),
    "duel_gain": (
        "What it gains: {middle} {unit} in the middle, {low} to {high} in nine futures of ten.",
        "所得：中位数 {middle} {unit}，十分之九的未来在 {low} 至 {high} 之间。",
    ),
    "duel_loses": (
        "The {count} futures in which “{a}” loses differ from the others most in these draws:",
        "在“{a}”落后的 {count} 个未来中，与其余未来差别最大的抽取值：",
    ),
    "duel_no_reason": (
        "The {count} futures in which it loses differ from the others in no single draw by more than chance.",
        "它落后的 {count} 个未来与其余未来相比，没有任何单个抽取值的差别超出偶然。",
    ),
    "duel_always": ("It loses in all of them ({count}).", "它在全部 {count} 个未来中都落后。"),
    "drawn_input": ("Drawn", "抽取项"),
    "where_loses": ("Median where it loses", "落后时的中位数"),
    "where_not": ("Median elsewhere", "其余的中位数"),
    "shift": ("How different (0–1)", "差别程度（0–1）"),
    "pair_a": ("Look closer at", "细看"),
    "pair_b": ("against", "对比"),
    "pair_same": ("Choose two different runs.", "请选择两个不同的情景。"),
    "matrix_caption": (
        "“{outcome}” in {year}: in how many of {futures} futures the run of the row beats that of the column",
        "{year} 年“{outcome}”：行中的情景在 {futures} 个未来中有多少个优于列中的情景",
    ),
    "matrix_higher": (
        "“{outcome}” in {year}: in how many of {futures} futures the run of the row lies above that of the column",
        "{year} 年“{outcome}”：行中的情景在 {futures} 个未来中有多少个高于列中的情景",
    ),
    "matrix_corner": ("Row beats column", "行优于列"),
    "run": ("Run", "情景"),
    "regret_title": (
        "Regret in {year}: by how much a run falls short of the best one of the same future ({unit})",
        "{year} 年的遗憾值：与同一未来中最好的情景相差多少（{unit}）",
    ),
    "regret_mean": ("Mean", "平均"),
    "regret_median": ("Median", "中位数"),
    "regret_ninetieth": ("Nine of ten futures below", "十分之九低于"),
    "regret_largest": ("Worst", "最大"),
    "regret_best": ("Times best, of {futures}", "最好的次数（共 {futures}）"),
    "regret_help": (
        "A small regret means: whatever the future, little is lost by this choice among the runs shown.",
        "遗憾值小，说明在所列情景中无论未来如何，选择它的损失都不大。",
    ),
    "regret_none": (
        "No regret is shown: of this outcome more is neither better nor worse.",
        "不显示遗憾值：该结果并非越多越好或越差。",
    ),
    "compare_futures": ("Over many futures: how often does one beat another?", "在许多未来中：谁常胜过谁？"),
    "bands_key": (
        "Line: median. Dark band: the middle half of {runs} futures (25–75 %). Light band: 5–95 %. {inputs} inputs "
        "drawn.",
        "线：中位数。深色带：{runs} 个未来的中间一半（25–75%）。浅色带：5–95%。共抽取 {inputs} 项。",
    ),
    "bands_key_many": (
        "Line: median. Band: the middle half of {runs} futures (25–75 %); the table also has 5 and 95 %. {inputs} "
        "inputs drawn.",
        "线：中位数。色带：{runs} 个未来的中间一半（25–75%）；表格另有 5% 与 95%。共抽取 {inputs} 项。",
    ),
    "bands_failed": (
        "{failed} futures could not be run to their end and are left out.",
        "有 {failed} 个未来无法运行到底，已略去。",
    ),
    "computing": ("Computing: {done} %", "计算中：{done}%"),
    "cancel": ("Cancel", "取消"),
    "stopped": ("Stopped; what there was by then is shown.", "已停止；显示的是停止前的结果。"),
    "go_on": ("Compute again", "重新计算"),
    # timing
    "timing_intro": (
        "One lever, or two moved together, tried at several starts and strengths: what that adds to an outcome at the "
        "end of the run.",
        "选一个杠杆（或同时移动的两个），在不同开始时间与力度下试运行：看到期末给结果带来多少变化。",
    ),
    "timing_second": ("Together with", "同时移动"),
    "timing_one": ("no other lever", "不加其他杠杆"),
    "timing_pair": (
        "Both levers start in the same year, take the same time, and go the same share of their way: a fifth, two "
        "fifths and so on to the end of their ranges. They are compared with neither of them moved.",
        "两个杠杆同年开始、用时相同、走过各自范围的相同比例：五分之一、五分之二，直到范围尽头。比较对象是两者都不移动。",
    ),
    "timing_part": ("“{lever}” alone {gain}", "单独使用“{lever}”{gain}"),
    "timing_alone_each": (
        "At that start and strength: {parts}; {verdict}.",
        "在该开始时间与力度下：{parts}；{verdict}。",
    ),
    "timing_more": ("together they do **more** than the two added up", "两者一起**大于**分别之和"),
    "timing_less": ("together they do **less** than the two added up", "两者一起**小于**分别之和"),
    "timing_sum": ("together they do as much as the two added up", "两者一起等于分别之和"),
    "timing_works": ("It works", "作用方式"),
    "timing_alone": ("on the baseline", "在基准之上"),
    "timing_beside": ("beside the rest of this scenario", "与当前情景其余政策一起"),
    "timing_best": (
        "Best for “{outcome}”: {gain}, with a start in {start}.",
        "对“{outcome}”最好：{gain}，于 {start} 开始。",
    ),
    "timing_late": (
        "Started after **{year}** it no longer makes a difference worth {worth} % of the best.",
        "在 **{year}** 之后才开始，其作用已不足最佳值的 {worth}%。",
    ),
    "timing_open": (
        "Even a start in {start} still makes a difference worth {worth} % of the best.",
        "即使到 {start} 才开始，作用仍不低于最佳值的 {worth}%。",
    ),
    "timing_never": (
        "At no start and strength tried is “{outcome}” improved.",
        "在所试的开始时间与力度下，“{outcome}”都未改善。",
    ),
    "timing_use": ("Set it so: {value}, from {start}", "按此设置：{value}，自 {start} 起"),
    "timing_caption": ("Change of “{outcome}” in {year} ({unit})", "“{outcome}”在 {year} 年的变化（{unit}）"),
    "timing_axes": ("Strength \\ start", "力度 \\ 开始"),
    "timing_key": (
        "Blue: better; orange: worse; the darker, the larger. ★ the best. Italics: less than {worth} % of the best.",
        "蓝色：更好；橙色：更差；颜色越深变化越大。★ 为最佳。斜体：不足最佳值的 {worth}%。",
    ),
    "no_levers": ("This model's card names no levers.", "该模型没有列出杠杆。"),
    # explain
    "why": ("Why?", "为什么？"),
    "why_help": ("Causes, equation and sources of what this chart shows.", "查看本图所示变量的原因、方程与来源。"),
    "explain_this": ("Explain with its causes", "结合原因来解释"),
    "explain_intro": (
        "Why does it run like this? Its path, its equation, and its causes drawn as small charts: this scenario "
        "thick, the baseline dashed. Press a cause to go on to its own causes.",
        "为什么会这样变化？这里列出路径、方程，以及以小图画出的原因：粗线为当前情景，虚线为基准。点击原因可继续追溯。",
    ),
    "equation": ("Equation", "方程"),
    "diagram": ("How it hangs together in {year}", "{year} 年的因果关系"),
    "diagram_help": (
        "First its causes, then what it acts on. + : more of the cause makes more of the effect, all else held; "
        "− : less; 0 : nothing at that time; ± : both ways. The signs are measured at the time shown, by moving each "
        "cause a little. Boxes with an edge are stocks. Press one to explain it.",
        "先列原因，再列其作用对象。+：其他不变时，原因增加则结果增加；−：则结果减少；0：此时无作用；±：两种方向。"
        "符号由所示时间微调每个原因测得。带边框的是存量。点击可继续解释。",
    ),
    "diagram_label": (
        "“{name}” with {causes} causes and {effects} effects",
        "“{name}”：{causes} 个原因，{effects} 个作用对象",
    ),
    "diagram_more": ("{count} more neighbours stand in the table.", "另有 {count} 个相邻变量见表格。"),
    "diagram_start_causes": ("Not drawn, sets only where it starts: {names}.", "未画出，只决定其初始值：{names}。"),
    "diagram_start_uses": (
        "Not drawn, starts from it and then goes its own way: {names}.", "未画出，只有初始值取决于它：{names}。"
    ),
    "link_spoken": ("“{cause}” acts on “{effect}”: {sign}", "“{cause}”作用于“{effect}”：{sign}"),
    "sign_more": ("more makes more", "增则增"),
    "sign_less": ("more makes less", "增则减"),
    "sign_none": ("no effect at that time", "此时无作用"),
    "sign_both": ("works both ways", "两种方向"),
    "cause": ("Cause", "原因"),
    "effect": ("Effect", "作用对象"),
    "sign": ("Sign", "符号"),
    "loops_title": ("Feedback loops through “{name}”", "经过“{name}”的反馈回路"),
    "loops_none": ("No loop of at most {longest} links comes back to it.", "没有不超过 {longest} 个环节的回路经过它。"),
    "loops_more": (
        "{count} more of at most {longest} links, or without effect at that time, stand in the table.",
        "另有 {count} 个不超过 {longest} 个环节的回路（或此时不起作用）见表格。",
    ),
    "loop": ("Loop", "回路"),
    "links_count": ("Links", "环节数"),
    "loop_path": ("Way round", "路径"),
    "loop_r": ("reinforcing: a change comes back and adds to itself", "增强回路：变化绕行一圈后加强自身"),
    "loop_b": ("balancing: a change comes back and works against itself", "平衡回路：变化绕行一圈后抵消自身"),
    "loop_idle": ("does not work at that time", "此时不起作用"),
    "loop_unclear": ("not clear at that time", "此时方向不明"),
    "explain_pick": ("Outcome or variable", "结果或变量"),
    "causes_help": (
        "Those that differ most from the baseline come first; the number is the value in the time shown, in brackets "
        "its difference from the baseline.",
        "与基准差异最大的排在前面；数字为所示时间的取值，括号内为与基准之差。",
    ),
    "constants": ("Constants among the causes", "原因中的常数"),
    "constant": ("Constant", "常数"),
    "value": ("Value", "取值"),
    "standing": ("Rests on", "依据"),
    "kind_case_data": ("fact of the case", "案例数据"),
    "no_path": ("This one has no path over time: it is a constant or a table.", "它没有时间路径：是常数或表函数。"),
    # evidence
    "evidence_intro": (
        "{variables} variables in {sectors} sectors; {stocks} stocks. Choose one to see its equation, "
        "where it comes from, what it depends on and what it acts on.",
        "共 {sectors} 个模块、{variables} 个变量，其中存量 {stocks} 个。"
        "选择变量即可查看方程、来源、影响因素及作用对象。",
    ),
    "search": ("Search name, equation or source", "搜索名称、方程或来源"),
    "variable": ("Variable", "变量"),
    "documentation": ("Documentation and source", "说明与来源（模型文件原文）"),
    "no_documentation": ("The model file gives none.", "模型文件未提供。"),
    "causes": ("Depends on", "影响因素"),
    "uses": ("Acts on", "作用对象"),
    "nothing": ("nothing in this model", "本模型中无"),
    "no_match": ("No variable matches “{text}”.", "没有与“{text}”匹配的变量。"),
    "in_file": ("line {line} of {file}", "{file} 第 {line} 行"),
    "kind_stock": ("stock", "存量"),
    "kind_flow": ("flow", "流量"),
    "kind_auxiliary": ("auxiliary", "辅助变量"),
    "kind_constant": ("constant", "常数"),
    "kind_lookup": ("lookup", "表函数"),
    "limits": ("Limits of use", "使用限制"),
    "limits_text": (
        "This is a simulation of how the parts act on each other, not a forecast. Compare scenarios with "
        "each other and with the baseline; do not read single values as predictions. Many constants are "
        "assumptions with a range: open “Assumptions” and see whether your conclusion holds when they "
        "move. A cluster is described as one whole; single firms are not.",
        "这是对各部分相互作用的模拟，而非预测。请在情景之间、与基准之间比较，不要把单个数值当作预言。"
        "许多常数是带有范围的假设：请打开“假设”面板，看看改变它们后结论是否仍成立。"
        "模型把集群作为一个整体来描述，不涉及单个企业。",
    ),
    "case_about": ("About this cluster", "关于该集群"),
    # validation
    "validation_intro": (
        "The model's passport: every test the field asks of a simulation model, with its numbers, also where they are "
        "unfavourable.",
        "模型的“护照”：系统动力学对仿真模型要求的各项检验及其数字，不利的结果同样列出。",
    ),
    "passport_missing": (
        "There is no passport here: make it with gumsim validate --json {file}",
        "这里没有检验结果：请运行 gumsim validate --json {file}",
    ),
    "passport_other": (
        "This passport was made for another version of the model file than the one open here ({file}); its numbers "
        "may differ.",
        "此检验结果针对的是模型文件的另一版本，与当前打开的（{file}）不同；数字可能有出入。",
    ),
    "passport_english": (
        "This passport holds no Chinese texts; make it again with gumsim validate --json {file}",
        "此检验结果没有中文文字，故以英文显示；请重新运行 gumsim validate --json {file}",
    ),
    "passport_quick": ("Made by the quick run, with fewer draws and cases.", "由快速检验生成，抽样与案例较少。"),
    "passport_of": ("Model {model}, file sha256 {code}", "模型 {model}，文件 sha256 {code}"),
    "test_pass": ("passed", "通过"),
    "test_fail": ("failed", "未通过"),
    "test_reported": ("reported, not judged", "仅报告，不作判定"),
    "test_numbers": ("Numbers:", "数字："),
    "test_rule": ("Passes if:", "通过条件："),
    # notes and errors
    "warnings": ("Notes of the run", "运行提示"),
    "error": ("This scenario could not be run: {reason}", "该情景无法运行：{reason}"),
    "error_hint": ("The last change was kept; undo it or reset.", "最近的改动已保留；请撤销或重置。"),
    "cannot_open": ("The page cannot open its model: {reason}", "页面无法打开模型：{reason}"),
}


def say(key: str, language: str, **values: object) -> str:
    """Return the text of `key` in 'en' or 'zh' with its placeholders filled. Raises KeyError for an unknown key."""
    text = STRINGS[key][1 if language == "zh" else 0]
    return text.format(**values) if values else text
