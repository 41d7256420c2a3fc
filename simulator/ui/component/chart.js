// Draws one ChartSpec (simulator/figures/spec.py) as SVG and keeps what the reader did with it - zoom, hidden legend
// entries - while the data changes. All text goes in as text nodes; nothing is loaded from anywhere.
const SVG = "http://www.w3.org/2000/svg";
const DASH = { solid: "", dash: "7 5", longdash: "14 5", dot: "2 4", dashdot: "9 4 2 4", longdashdot: "14 4 2 4" };
const instances = new WeakMap();

export default function (component) {
  let chart = instances.get(component.parentElement);
  if (!chart) {
    chart = new Chart(component.parentElement);
    instances.set(component.parentElement, chart);
  }
  chart.update(component.data);
  return () => chart.stop();
}

function make(name, attributes = {}, parent = null, text = null) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  if (parent) parent.appendChild(element);
  return element;
}

function html(name, className, parent = null, text = null) {
  const element = document.createElement(name);
  element.className = className;
  if (text !== null) element.textContent = text;
  if (parent) parent.appendChild(element);
  return element;
}

// `whole`: a step of some units has no halves, so that years stay whole
function ticks(low, high, count, whole = false) {
  const raw = (high - low) / Math.max(1, count);
  if (!(raw > 0) || !isFinite(raw)) return [low];
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  const steps = whole && power === 1 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
  const step = steps.map((m) => m * power).find((s) => s >= raw * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const found = [];
  for (let k = first; k * step <= high + step * 1e-6; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}

function format(value, decimals) {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function tickLabel(value) {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}

function valueAt(times, values, time) {
  if (time < times[0] || time > times[times.length - 1]) return null;
  let low = 0, high = times.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle; else high = middle;
  }
  const span = times[high] - times[low];
  const part = span > 0 ? (time - times[low]) / span : 0;
  return values[low] + part * (values[high] - values[low]);
}

class Chart {
  constructor(root) {
    this.root = root;
    this.preview = null;
    this.hidden = new Set();
    this.zoom = null;
    this.cursor = null;
    this.pointed = 0; // the place that the pointer is at, among the frame's
    this.seen = null;
    this.spec = null;
    const box = (this.box = root.querySelector(".chart"));
    this.head = html("div", "head", box);
    this.title = html("h3", "title", this.head);
    this.tools = html("div", "tools", this.head);
    this.legend = html("div", "legend", box);
    this.legend.setAttribute("role", "group");
    this.stage = html("div", "stage", box);
    this.svg = make("svg", { role: "img", tabindex: "0" });
    this.stage.appendChild(this.svg);
    this.tip = html("div", "tip", this.stage);
    this.tip.hidden = true;
    this.live = html("div", "spoken", box);
    this.live.setAttribute("aria-live", "polite");
    this.zoomOut = this.button("⤢", () => { this.zoom = null; this.seen = null; this.draw(); });
    this.image = this.button("PNG", () => this.savePicture());
    this.image.classList.add("picture");
    this.badge = html("div", "badge", this.stage);
    this.badge.hidden = true;
    this.observer = new ResizeObserver(() => this.spec && this.draw());
    this.observer.observe(this.stage);
    this.follow = (event) => this.previewed(event.detail);
    document.addEventListener("gumsim-preview", this.follow);
    this.listen();
  }

  button(text, action) {
    const button = html("button", "tool", this.tools, text);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  stop() {
    this.observer.disconnect();
    document.removeEventListener("gumsim-preview", this.follow);
    instances.delete(this.root);
  }

  update(data) {
    if (!data) return;
    if (this.identity !== data.identity) { this.zoom = null; this.seen = null; this.hidden.clear(); }
    this.identity = data.identity;
    this.words = data.words;
    this.spec = data.spec;
    this.height = data.height;
    this.stamp = data.stamp;
    if (this.preview && (!this.stamp || this.preview.until === this.stamp)) this.preview = null;
    this.badge.textContent = data.words.preview;
    this.box.dataset.chart = data.spec.key;
    this.box.dataset.revision = String(Number(this.box.dataset.revision || 0) + 1);
    this.title.textContent = data.heading ? data.spec.title : "";
    this.head.classList.toggle("bare", !data.heading);
    this.zoomOut.setAttribute("aria-label", data.words.zoom_out);
    this.zoomOut.title = data.words.zoom_out;
    this.image.setAttribute("aria-label", `PNG: ${data.words.image}`);
    this.image.title = data.words.image;
    this.svg.setAttribute("aria-label", data.alt);
    this.drawLegend();
    this.draw();
  }

  // What component/preview.js computed while a slider moves; no columns: the server's lines for `stamp` count again,
  // and if they are still on their way the preview stays until they are here, so that no old line flashes up.
  previewed({ stamp, times, columns }) {
    if (!this.stamp || !this.spec) return;
    if (columns) this.preview = { times, columns, until: null };
    else if (this.preview && stamp !== this.stamp) { this.preview.until = stamp; return; }
    else if (this.preview) this.preview = null;
    else return;
    this.draw();
  }

  series() {
    if (!this.preview) return this.spec.series;
    const { times, columns } = this.preview;
    return this.spec.series.map((s) => {
      const values = s.role === "current" && columns[s.variable];
      return values && this.spec.grids[s.grid].length === times ? { ...s, values, preview: true } : s;
    });
  }

  shown() {
    return this.series().filter((s) => s.entries.every((entry) => !this.hidden.has(entry)));
  }

  drawLegend() {
    this.legend.setAttribute("aria-label", this.words.legend);
    const kept = document.activeElement && this.legend.getRootNode().activeElement?.dataset?.entry;
    this.legend.replaceChildren();
    if (this.spec.entries.length < 2) return;
    for (const entry of this.spec.entries) {
      const button = html("button", "entry", this.legend);
      button.type = "button";
      button.dataset.entry = entry.key;
      const swatch = make("svg", { width: 26, height: 10, "aria-hidden": "true" }, button);
      make("line", {
        x1: 1, x2: 25, y1: 5, y2: 5, "stroke-width": Math.min(entry.width, 3), stroke: entry.colour || "currentColor",
        "stroke-dasharray": DASH[entry.dash] ?? entry.dash,
      }, swatch);
      html("span", "", button, entry.label);
      const apply = () => {
        const off = this.hidden.has(entry.key);
        button.classList.toggle("off", off);
        button.setAttribute("aria-pressed", String(!off));
      };
      button.addEventListener("click", () => {
        if (this.hidden.has(entry.key)) this.hidden.delete(entry.key); else this.hidden.add(entry.key);
        apply();
        this.seen = null;
        this.draw();
      });
      apply();
      if (kept === entry.key) button.focus();
    }
  }

  shownBands() {
    return (this.spec.bands || []).filter((b) => !b.entries.some((key) => this.hidden.has(key)));
  }

  stacks(drawn) {
    // Lower and upper edge of each stacked series, in drawing order, run by run.
    const edges = new Map(), below = {};
    for (const s of drawn.filter((s) => s.stacked)) {
      const lower = below[s.entries[0]] || s.values.map(() => 0);
      const upper = s.values.map((v, i) => v + lower[i]);
      edges.set(s, [lower, upper]);
      below[s.entries[0]] = upper;
    }
    return edges;
  }

  valueRange(from, to, edges, drawn) {
    if (this.spec.limits) return this.spec.limits;
    let low = Infinity, high = -Infinity;
    for (const s of drawn) {
      const times = this.spec.grids[s.grid];
      const lines = edges.has(s) ? edges.get(s) : [s.values];
      for (const line of lines)
        line.forEach((v, i) => { if (times[i] >= from && times[i] <= to) { low = Math.min(low, v); high = Math.max(high, v); } });
    }
    for (const band of this.shownBands()) {
      const times = this.spec.grids[band.grid];
      times.forEach((t, i) => {
        if (t >= from && t <= to) { low = Math.min(low, band.low[i]); high = Math.max(high, band.high[i]); }
      });
    }
    if (!isFinite(low)) return [0, 1];
    if (edges.size) return [0, high];
    const margin = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
    // While levers move, a fitted axis only grows: a line that moves is then a value that moves, not a new scale.
    if (!this.zoom && this.seen) { low = Math.min(low - margin, this.seen[0]); high = Math.max(high + margin, this.seen[1]); }
    else { low -= margin; high += margin; }
    if (!this.zoom) this.seen = [low, high];
    return [low, high];
  }

  draw() {
    const width = this.stage.clientWidth;
    if (width < 40) return;
    const drawn = this.shown();
    const edges = this.stacks(drawn);
    const runs = this.stackedRuns(edges);
    const fitting = runs.length > 3 ? Math.ceil(runs.length / 2) : runs.length;
    const columns = Math.max(1, Math.min(fitting, Math.floor(width / 130)));
    const rows = Math.max(1, Math.ceil(runs.length / columns));
    const whole = width < 420 ? Math.min(this.height, 330) : this.height;
    const height = Math.max(200, runs.length > 1 ? 44 + rows * 118 : 0, whole - this.legend.offsetHeight);
    const svg = this.svg;
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    const [from, to] = this.zoom || this.spec.time_range;
    this.badge.hidden = !drawn.some((s) => s.preview);
    this.box.dataset.preview = this.badge.hidden ? "" : String(Number(this.box.dataset.preview || 0) + 1);
    const [low, high] = this.valueRange(from, to, edges, drawn);
    const valueTicks = ticks(low, high, height / rows < 200 ? 3 : 5);
    const longest = Math.max(...valueTicks.map((v) => tickLabel(v).length));
    const outer = { left: Math.max(30, 10 + longest * 7.2), right: width - 10, top: 20, bottom: height - 24 };
    const panels = this.panels(runs, columns, rows, outer).map(({ run, area, first, last }) => ({
      run, area, first, last,
      x: (t) => area.left + ((t - from) / (to - from)) * (area.right - area.left),
      y: (v) => area.bottom - ((v - low) / (high - low || 1)) * (area.bottom - area.top),
    }));
    this.frame = { from, to, panels, edges, drawn };
    this.zoomOut.hidden = !this.zoom;
    const axes = make("g", { class: "axes" }, svg);
    make("text", { x: 2, y: 11, class: "unit" }, axes, this.spec.unit);
    make("text", { x: outer.right, y: 11, class: "unit", "text-anchor": "end" }, axes, this.spec.time_label);
    for (const panel of panels) this.drawPanel(panel, axes, valueTicks);
    this.overlay = make("g", { class: "overlay" }, svg);
    this.drawCursor();
  }

  // The runs that are drawn as stacks of their own, the current one first; the baseline is dashed borders in each.
  stackedRuns(edges) {
    const runs = new Map();
    for (const s of edges.keys()) if (s.role !== "baseline") runs.set(s.entries[0], s);
    return [...runs.values()].sort((a, b) => (b.role === "current") - (a.role === "current"));
  }

  // Places for the stacks side by side on common scales; a single place where there is at most one stack.
  panels(runs, columns, rows, area) {
    if (runs.length < 2) return [{ run: null, area, first: true, last: true }];
    const gap = 10, title = 17;
    const wide = (area.right - area.left - gap * (columns - 1)) / columns;
    const tall = (area.bottom - area.top) / rows;
    return runs.map((run, i) => {
      const left = area.left + (i % columns) * (wide + gap), row = Math.floor(i / columns);
      const bottom = area.top + (row + 1) * tall - (row < rows - 1 ? 6 : 0);
      return {
        run, first: i % columns === 0, last: i + columns >= runs.length,
        area: { left, right: left + wide, top: area.top + row * tall + title, bottom },
      };
    });
  }

  drawPanel({ run, area, first, last, x, y }, axes, valueTicks) {
    const { from, to, edges } = this.frame;
    const wide = area.right - area.left;
    const drawn = this.frame.drawn.filter((s) => !run || s.role === "baseline" || s.entries[0] === run.entries[0]);
    for (const v of valueTicks) {
      make("line", { x1: area.left, x2: area.right, y1: y(v), y2: y(v), class: "grid" }, axes);
      if (first) make("text", { x: area.left - 6, y: y(v) + 4, class: "tick", "text-anchor": "end" }, axes, tickLabel(v));
    }
    make("line", { x1: area.left, x2: area.right, y1: area.bottom, y2: area.bottom, class: "axis" }, axes);
    for (const t of last ? ticks(from, to, Math.max(2, Math.floor(wide / 75)), true) : []) {
      make("line", { x1: x(t), x2: x(t), y1: area.bottom, y2: area.bottom + 4, class: "axis" }, axes);
      make("text", { x: Math.min(x(t), area.right - 12), y: area.bottom + 17, class: "tick", "text-anchor": "middle" }, axes, String(t));
    }
    const clip = `c${Math.random().toString(36).slice(2)}`;
    const definition = make("clipPath", { id: clip }, make("defs", {}, this.svg));
    make("rect", { x: area.left, y: area.top - 3, width: wide, height: area.bottom - area.top + 6 }, definition);
    const lines = make("g", { "clip-path": `url(#${clip})`, class: "lines" }, this.svg);
    if (run) {
      const most = Math.max(4, Math.floor(wide / 7));
      const title = make("text", { x: area.left, y: area.top - 5, class: "panel" }, this.svg,
        run.run.length > most ? run.run.slice(0, most - 1) + "…" : run.run);
      make("title", {}, title, run.run);
    }
    for (const [time, words] of this.spec.marks) {
      if (time < from || time > to) continue;
      make("line", { x1: x(time), x2: x(time), y1: area.top - 4, y2: area.bottom, class: "mark" }, lines);
      if (run && wide < 230) continue;
      const late = x(time) > area.right - 110;
      make("text", { x: x(time) + (late ? -5 : 5), y: area.top + 8, class: "marktext", "text-anchor": late ? "end" : "start" }, this.svg, words);
    }
    for (const band of this.shownBands()) {
      const times = this.spec.grids[band.grid];
      const points = (values) => values.map((v, i) => `${x(times[i]).toFixed(1)},${y(v).toFixed(1)}`);
      make("path", {
        d: `M${points(band.high).join("L")}L${points(band.low).reverse().join("L")}Z`, fill: band.colour,
        "fill-opacity": band.opacity, stroke: band.colour, "stroke-opacity": 0.45, "stroke-width": 0.8, class: "futures",
      }, lines);
    }
    for (const s of drawn) {
      const times = this.spec.grids[s.grid];
      const path = (values) => "M" + values.map((v, i) => `${x(times[i]).toFixed(1)},${y(v).toFixed(1)}`).join("L");
      if (edges.has(s) && s.role === "baseline") continue;
      if (edges.has(s)) {
        const [lower, upper] = edges.get(s);
        const back = lower.map((v, i) => `${x(times[i]).toFixed(1)},${y(v).toFixed(1)}`).reverse().join("L");
        make("path", {
          d: `${path(upper)}L${back}Z`, fill: s.colour, "fill-opacity": 0.62, stroke: s.colour, "stroke-width": 0.8,
          class: `stack ${s.role}`,
        }, lines);
      } else {
        make("path", {
          d: path(s.values), fill: "none", stroke: s.colour || "currentColor", "stroke-width": s.width,
          "stroke-dasharray": DASH[s.dash] ?? s.dash, "stroke-linejoin": "round",
          class: `line ${s.role}${s.preview ? " preview" : ""}`, "data-variable": s.variable, "data-run": s.run,
        }, lines);
      }
    }
    if (!edges.size) return;
    this.drawBorders(edges, x, y, lines);
    this.nameBands(drawn.filter((s) => edges.has(s) && s.role !== "baseline"), edges, x, y, area);
  }

  drawBorders(edges, x, y, lines) {
    // The baseline's borders between bands; its top border is the whole and says nothing.
    const others = [...edges].filter(([s]) => s.role === "baseline").slice(0, -1);
    for (const [s, [, upper]] of others) {
      const times = this.spec.grids[s.grid];
      const points = upper.map((v, i) => `${x(times[i]).toFixed(1)},${y(v).toFixed(1)}`).join("L");
      make("path", { d: `M${points}`, class: "border", "stroke-dasharray": DASH[s.dash] ?? s.dash }, lines);
    }
  }

  nameBands(stacked, edges, x, y, area) {
    // A band wide enough at its widest carries its name, so that no legend lookup is needed.
    for (const s of stacked) {
      const [lower, upper] = edges.get(s);
      const times = this.spec.grids[s.grid];
      const half = 4 + [...s.name].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 6.2 : 3.5), 0);
      let best = -1, room = 0;
      upper.forEach((v, i) => {
        const middle = x(times[i]);
        const tall = y(lower[i]) - y(v);
        if (tall > room && middle > area.left + half && middle < area.right - half) { room = tall; best = i; }
      });
      if (best >= 0 && room > 22)
        make("text", { x: x(times[best]), y: (y(upper[best]) + y(lower[best])) / 2 + 4, class: "band", "text-anchor": "middle" }, this.svg, s.name);
    }
  }

  listen() {
    const time = (event) => {
      const { panels, from, to } = this.frame;
      const box = this.svg.getBoundingClientRect();
      const inside = event.clientX - box.left, down = event.clientY - box.top;
      const away = (low, high, at) => Math.max(low - at, at - high, 0);
      const distance = ({ area }) => away(area.left, area.right, inside) + away(area.top, area.bottom, down);
      const at = panels.reduce((best, panel, i) => (distance(panel) < distance(panels[best]) ? i : best), 0);
      if (start === null) this.pointed = at;
      const { area } = panels[this.pointed] ?? panels[0];
      const part = Math.min(1, Math.max(0, (inside - area.left) / (area.right - area.left)));
      return from + part * (to - from);
    };
    let start = null;
    this.svg.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse" && this.frame) start = time(event); });
    this.svg.addEventListener("pointermove", (event) => {
      if (!this.frame) return;
      this.cursor = time(event);
      this.drag = start !== null && Math.abs(this.frame.panels[0].x(this.cursor) - this.frame.panels[0].x(start)) > 6 ? [start, this.cursor] : null;
      this.drawCursor();
    });
    this.svg.addEventListener("pointerup", () => {
      if (this.drag) {
        const [a, b] = [Math.min(...this.drag), Math.max(...this.drag)];
        if (b - a > (this.spec.time_range[1] - this.spec.time_range[0]) / 100) this.zoom = [a, b];
        this.drag = null;
        this.draw();
      }
      start = null;
    });
    const leave = () => { start = null; this.drag = null; this.cursor = null; if (this.frame) this.drawCursor(); };
    this.svg.addEventListener("pointerleave", leave);
    this.svg.addEventListener("blur", leave);
    this.svg.addEventListener("dblclick", () => { this.zoom = null; this.seen = null; this.draw(); });
    this.svg.addEventListener("keydown", (event) => {
      if (!this.frame) return;
      const { from, to } = this.frame;
      const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: 5, PageDown: -5 }[event.key];
      if (event.key === "Escape") { this.cursor = null; this.zoom = null; this.draw(); return; }
      if (!move) return;
      event.preventDefault();
      const step = (to - from) / 40;
      this.cursor = Math.min(to, Math.max(from, (this.cursor ?? from) + move * step));
      this.drawCursor();
      this.live.textContent = this.tip.innerText.replace(/\s+/g, " ");
    });
  }

  drawCursor() {
    const { panels, edges, drawn } = this.frame;
    this.overlay.replaceChildren();
    for (const { area, x } of this.drag ? panels : []) {
      const [a, b] = [x(Math.min(...this.drag)), x(Math.max(...this.drag))];
      make("rect", { x: a, y: area.top, width: b - a, height: area.bottom - area.top, class: "drag" }, this.overlay);
    }
    if (this.cursor === null) { this.tip.hidden = true; return; }
    const at = this.cursor;
    const rows = new Map(), runs = [];
    for (const { area, x } of panels)
      make("line", { x1: x(at), x2: x(at), y1: area.top, y2: area.bottom, class: "cursor" }, this.overlay);
    for (const s of drawn) {
      const times = this.spec.grids[s.grid];
      const line = edges.has(s) ? edges.get(s)[1] : s.values;
      const height = valueAt(times, line, at);
      const value = valueAt(times, s.values, at);
      if (height === null) continue;
      for (const { run, x, y } of panels)
        if (run ? run.entries[0] === s.entries[0] : s.role === "current")
          make("circle", { cx: x(at), cy: y(height), r: 4, fill: s.colour || "currentColor", class: "dot" }, this.overlay);
      if (!rows.has(s.variable)) rows.set(s.variable, { name: s.name, colour: s.colour, cells: {} });
      rows.get(s.variable).cells[s.run] = value;
      if (s.role === "current") rows.get(s.variable).colour = s.colour;
      if (!runs.includes(s.run)) runs.push(s.run);
    }
    this.fillTip(at, rows, runs.reverse());
    this.tip.hidden = rows.size === 0;
    // on the side of the pointer that has more room, and never beyond the chart
    const { x } = panels[this.pointed] ?? panels[0];
    const stage = this.stage.clientWidth, wide = this.tip.offsetWidth;
    const beside = x(at) > stage / 2 ? x(at) - 12 - wide : x(at) + 12;
    this.tip.style.left = `${Math.max(0, Math.min(beside, stage - wide))}px`;
  }

  fillTip(at, rows, runs) {
    this.tip.replaceChildren();
    const table = html("table", "", this.tip);
    const put = (row, text, tag = "td") => row.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
    const label = `${at.toFixed(1)}`;
    if (rows.size === 1) {
      const only = [...rows.values()][0];
      const head = table.insertRow();
      put(head, label, "th"); put(head, this.spec.unit, "th");
      for (const run of runs) {
        const row = table.insertRow();
        put(row, run);
        put(row, format(only.cells[run], this.spec.decimals) + this.spread(run, at));
      }
      return;
    }
    const few = runs.slice(0, this.stage.clientWidth < 420 ? 2 : 4);
    const head = table.insertRow();
    put(head, `${label} · ${this.spec.unit}`, "th");
    for (const run of few) put(head, run.length > 14 ? run.slice(0, 13) + "…" : run, "th");
    for (const { name, colour, cells } of rows.values()) {
      const row = table.insertRow();
      const cell = row.insertCell();
      const chip = html("i", "chip", cell);
      chip.style.background = colour || "currentColor";
      cell.append(name);
      for (const run of few) put(row, cells[run] === undefined ? "" : format(cells[run], this.spec.decimals));
    }
  }

  spread(run, at) {
    // The outermost band of a run at a time, in brackets; nothing where there is none.
    const band = this.shownBands().find((b) => b.run === run);
    if (!band) return "";
    const ends = [band.low, band.high].map((values) => valueAt(this.spec.grids[band.grid], values, at));
    return ends.includes(null) ? "" : ` (${ends.map((v) => format(v, this.spec.decimals)).join(" – ")})`;
  }

  savePicture() {
    const style = getComputedStyle(this.box);
    const copy = this.svg.cloneNode(true);
    const width = this.stage.clientWidth, height = Number(this.svg.getAttribute("height"));
    const legendHeight = 22 * Math.ceil(this.spec.entries.length / 4) + 8, top = 30 + legendHeight;
    copy.setAttribute("viewBox", `0 ${-top} ${width} ${height + top + 6}`);
    copy.setAttribute("width", width * 2);
    copy.setAttribute("height", (height + top + 6) * 2);
    copy.setAttribute("color", style.color);
    copy.setAttribute("font-family", style.fontFamily);
    const parts = [[".grid", "stroke:#8886914d"], [".axis", "stroke:#808691"], [".mark", "stroke:#808691;stroke-dasharray:2 3"],
      ["text", `fill:${style.color};font-size:12px`], [".unit,.marktext", "font-size:11px"], [".panel", "font-weight:600"]];
    const sheet = make("style", {}, null, parts.map(([selector, rule]) => `${selector}{${rule}}`).join(""));
    copy.insertBefore(make("rect", { x: 0, y: -top, width, height: height + top + 6, fill: style.getPropertyValue("--page") || "#fff" }), copy.firstChild);
    copy.insertBefore(sheet, copy.firstChild);
    const caption = make("text", { x: 4, y: -top + 20 }, copy, this.spec.title);
    caption.setAttribute("style", "font-size:16px;font-weight:600");
    this.spec.entries.forEach((entry, i) => {
      const left = 6 + (i % 4) * (width / 4), line = -top + 42 + 22 * Math.floor(i / 4);
      make("line", { x1: left, x2: left + 24, y1: line - 4, y2: line - 4, stroke: entry.colour || "currentColor",
        "stroke-width": Math.min(3, entry.width), "stroke-dasharray": DASH[entry.dash] ?? entry.dash }, copy);
      make("text", { x: left + 30, y: line }, copy, entry.label);
    });
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * 2;
      canvas.height = (height + top + 6) * 2;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      const link = document.createElement("a");
      link.download = `${this.spec.key}.png`;
      link.href = canvas.toDataURL("image/png");
      link.click();
    };
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  }
}
