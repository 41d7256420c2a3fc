// While a slider is dragged: runs the model in a Web Worker (preview_worker.js) with what the sliders show and sends
// the lines to the charts as "gumsim-preview" events. The server's answer always takes their place.
const KEY = "__gumsimPreview";
const PATIENCE = 4000; // ms after which a run that does not come back ends the preview for this model
const HALVINGS = 3; // how often the step is halved where the browser's run is not close enough to the server's

export default function (component) {
  const preview = (window[KEY] ??= new Preview());
  const { data } = component;
  if (!data) return undefined;
  if (data.source) { preview.load(data); return undefined; }
  preview.show(data);
  return () => preview.hide(data);
}

// Runs of one program, one at a time; of those asked for meanwhile only the last is made.
class Engine {
  constructor({ source, values, size }) {
    this.values = values;
    this.size = size;
    this.dead = false;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = (event) => this.finish(event.data.columns);
    this.worker.onerror = (event) => { event.preventDefault(); this.stop(); };
  }

  run(job, done) {
    if (this.dead) { done(null); return; }
    if (this.done) { this.waiting = [job, done]; return; }
    this.done = done;
    this.clock = setTimeout(() => this.stop(), PATIENCE);
    this.worker.postMessage({ job });
  }

  finish(columns) {
    clearTimeout(this.clock);
    const { done, waiting } = this;
    this.done = this.waiting = null;
    done?.(columns);
    if (waiting) this.run(...waiting);
  }

  stop() {
    this.dead = true;
    this.worker.terminate();
    this.waiting = null;
    this.finish(null);
  }
}

class Preview {
  constructor() {
    this.programs = new Map();
    this.engines = new Map();
    this.plan = null;
    this.moved = new Set();
    this.active = false;
    this.turn = 0;
    this.written = new Map(); // text nodes of headline cards -> [what the server wrote, what the preview wrote]
    this.observer = new MutationObserver((changes) => {
      for (const { target } of changes)
        if (target.type === "range" && target === document.activeElement) this.moved.add(target);
      if (this.moved.size) this.look();
    });
  }

  load(data) {
    this.programs.set(data.program, data);
    this.check();
  }

  show(plan) {
    this.plan = plan;
    this.step = undefined;
    this.observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
    this.check();
    this.look();
  }

  hide(plan) {
    // the next plan may follow at once
    setTimeout(() => {
      if (this.plan !== plan) return;
      this.observer.disconnect();
      this.plan = null;
      this.end(plan.stamp);
    }, 50);
  }

  engine() {
    const name = this.plan?.of;
    if (!this.engines.has(name) && this.programs.has(name)) {
      for (const old of this.engines.values()) old.stop();
      this.engines = new Map([[name, new Engine(this.programs.get(name))]]);
    }
    return this.engines.get(name);
  }

  // Runs the present scenario, which the server has run too: only a step that gives the server's values is trusted.
  check(halvings = 0) {
    const { plan } = this;
    const engine = this.engine();
    if (!engine || this.step !== undefined) return;
    const step = plan.step / 2 ** halvings;
    engine.run(this.job(engine, plan, step, []), (columns) => {
      if (this.plan !== plan) return;
      const close = columns && Object.values(plan.outputs).every(({ index, places, server, tolerance }) =>
        places.every((place, i) => Math.abs(columns[index][place] - server[i]) <= tolerance));
      if (close) { this.step = step; this.look(); }
      else if (halvings < HALVINGS) this.check(halvings + 1);
      else this.step = null;
    });
  }

  job(engine, plan, step, changes) {
    const values = engine.values.slice();
    for (const [position, value] of plan.values) values[position] = value;
    const moving = new Map(plan.moving);
    for (const { input, range: [low, high], paths, value } of changes) {
      moving.delete(input);
      if (!paths) { values[input] = value; continue; }
      const part = (value - low) / (high - low);
      moving.set(input, paths[0].map(([time, first], i) => [time, first + part * (paths[1][i][1] - first)]));
    }
    const given = new Array(engine.size.stocks).fill(null);
    for (const [stock, value] of plan.given) given[stock] = value;
    const [start, every, count] = plan.times;
    const times = Array.from({ length: count }, (_, k) => start + k * every);
    return { values, moving: [...moving], given, impulses: plan.impulses, times, step, size: engine.size };
  }

  // The sliders that the reader has moved away from what the charts were drawn for.
  changes() {
    const found = [];
    for (const slider of this.plan.sliders) {
      const element = document.querySelector(`.${CSS.escape(slider.css)} input[type=range]`);
      if (!element || !(this.moved.has(element) || this.names?.has(slider.css))) continue;
      const shown = Number(element.value);
      if (Math.abs(shown - slider.at) <= slider.near) continue;
      const value = slider.options ? slider.options[shown] : shown;
      if (Number.isFinite(value)) found.push({ ...slider, value });
    }
    this.names = new Set(found.map((slider) => slider.css));
    return found;
  }

  look() {
    const { plan } = this;
    if (!plan) return;
    const changes = this.changes();
    if (!changes.length) { this.moved.clear(); this.end(plan.stamp); return; }
    const engine = this.engine();
    if (!engine || !this.step) return;
    const { turn } = this;
    engine.run(this.job(engine, plan, this.step, changes), (columns) => {
      if (columns && turn === this.turn && plan === this.plan) this.send(plan, columns);
    });
  }

  send(plan, columns) {
    const shown = {};
    for (const [key, { index, factor }] of Object.entries(plan.outputs))
      shown[key] = Array.from(columns[index], (value) => value * factor);
    for (const card of plan.cards) this.write(plan, card, columns[card.index]);
    this.active = true;
    this.of = plan.stamp;
    document.body.classList.add("gs-previewing");
    document.dispatchEvent(new CustomEvent("gumsim-preview", {
      detail: { stamp: plan.stamp, times: plan.times[2], columns: shown },
    }));
  }

  write({ times: [start, every] }, { key, factor, decimals, time }, column) {
    const text = document.querySelector(`.gs-card[data-key="${CSS.escape(key)}"] .gs-value`)?.firstChild;
    if (!text) return;
    const place = Math.min(Math.max((time - start) / every, 0), column.length - 1), below = Math.floor(place);
    const next = column[Math.min(below + 1, column.length - 1)];
    const value = (column[below] + (place - below) * (next - column[below])) * factor;
    const figure = value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const shown = /[1-9]/.test(figure) ? figure.replace("-", "−") : figure.replace("-", "");
    this.written.set(text, [this.written.get(text)?.[0] ?? text.textContent, shown]);
    text.textContent = shown;
  }

  // Puts back what the server wrote into cards that it has not written anew.
  restore() {
    for (const [text, [server, shown]] of this.written)
      if (text.isConnected && text.textContent === shown) text.textContent = server;
    this.written.clear();
  }

  end(stamp) {
    this.turn++;
    if (!this.active) return;
    this.active = false;
    if (stamp === this.of) this.restore(); // nothing new from the server: the slider came back
    else setTimeout(() => this.active || this.restore(), 500); // its cards are on their way with its charts
    document.body.classList.remove("gs-previewing");
    document.dispatchEvent(new CustomEvent("gumsim-preview", { detail: { stamp } }));
  }
}
