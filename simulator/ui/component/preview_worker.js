// Runs one model in a Web Worker, below its generated functions (simulator/compile/javascript.py) in one script:
// fourth-order Runge-Kutta from break point to break point and saved time to saved time, in steps of at most `step`.
const GUARD = 1e-6;
const CLOSE = 1e-9;
const MOST_STEPS = 200000;

onmessage = (event) => {
  const { id, job } = event.data;
  const found = run(job);
  postMessage({ id, columns: found }, found ? found.map((column) => column.buffer) : []);
};

// A path's value at a time (at a jump the later one; `before`: the earlier one), held outside its knots.
function valueAt(knots, time, before) {
  let i = 0;
  while (i < knots.length && (before ? knots[i][0] < time : knots[i][0] <= time)) i++;
  if (before && i < knots.length && knots[i][0] === time) return knots[i][1];
  if (i === 0) return knots[0][1];
  if (i === knots.length) return knots[i - 1][1];
  const [[t0, v0], [t1, v1]] = [knots[i - 1], knots[i]];
  return v0 + ((v1 - v0) * (time - t0)) / (t1 - t0);
}

function breakPoints([kind, values], start, stop) {
  if (kind === "at") return [values[0]];
  if (kind === "pulse") return [values[0], values[0] + Math.max(values[1], values[2])];
  const [begin, width, interval, end, step] = values;
  const last = Math.min(end, stop);
  const count = interval > 0 ? Math.min(Math.floor(Math.max(last - begin, 0) / interval) + 1, 10000) : 1;
  const edges = Array.from({ length: count }, (_, k) => begin + k * interval);
  return [...edges, ...edges.map((edge) => edge + Math.max(width, step)), last];
}

// Returns one Float64Array per output, or null if a value is not finite or the run would take too many steps.
//   values   input vector                       moving   [[position, knots]] of the inputs that follow a path
//   given    start values, null = the model's   impulses [[stock, time, amount]]
//   times    saved times                        step     largest step
function run({ values, moving, given, impulses, times, step, size }) {
  const start = times[0], stop = times[times.length - 1];
  const guard = step * GUARD;
  const s = new Float64Array(size.values);
  const y = new Float64Array(size.stocks);
  s.set(values);
  const put = (time) => {
    for (const [position, knots] of moving) s[position] = valueAt(knots, time, false);
    prepare(s);
  };
  for (const [position, knots] of moving) s[position] = valueAt(knots, start, false);
  initial(start, start + guard, start, s, Float64Array.from(given, (v) => v ?? NaN), y);
  prepare(s);

  const near = (time) => CLOSE * Math.max(1, Math.abs(time));
  const wanted = [...events(s).flatMap((event) => breakPoints(event, start, stop)),
    ...moving.flatMap(([, knots]) => knots.map(([time]) => time)), ...impulses.map(([, time]) => time)]
    .filter((time) => time > start && time < stop).sort((a, b) => a - b);
  const edges = [start];
  for (const time of wanted)
    if (time - edges[edges.length - 1] > near(time) && stop - time > near(time)) edges.push(time);
  edges.push(stop);
  if ((stop - start) / step + times.length + edges.length > MOST_STEPS) return null;

  const columns = Array.from({ length: size.outputs }, () => new Float64Array(times.length));
  const row = new Float64Array(size.outputs);
  const save = (index) => {
    const time = times[index];
    if (moving.length) put(time);
    outputs(time, time + guard, time, y, s, row);
    for (let i = 0; i < row.length; i++) columns[i][index] = row[i];
  };
  const jump = (at) => {
    for (const [stock, time, amount] of impulses) if (Math.abs(time - at) <= near(at)) y[stock] += amount;
  };

  const n = y.length;
  const stage = new Float64Array(n), sum = new Float64Array(n), flow = new Float64Array(n);
  let saved = 0;
  for (let e = 0; e + 1 < edges.length; e++) {
    const [a, b] = [edges[e], edges[e + 1]];
    const middle = (a + b) / 2, clock = middle + guard;
    jump(a);
    const inside = Math.min(2 * near(a), (b - a) / 2);
    const ramps = [];
    while (saved < times.length && times[saved] <= a + near(a)) save(saved++);
    for (const [position, knots] of moving) {
      const first = valueAt(knots, a + inside, false);
      const slope = (valueAt(knots, b, true) - first) / (b - a - inside);
      s[position] = first - slope * inside;
      if (slope) ramps.push([position, s[position], slope]);
    }
    prepare(s);
    const derivative = (time, state) => {
      if (ramps.length) {
        for (const [position, first, slope] of ramps) s[position] = first + slope * (time - a);
        prepare(s);
      }
      rhs(time, clock, middle, state, s, flow);
    };
    const advance = (from, to) => {
      const count = Math.max(1, Math.ceil((to - from) / step - 1e-9)), h = (to - from) / count;
      for (let k = 0; k < count; k++) {
        const t = from + k * h;
        derivative(t, y);
        for (let i = 0; i < n; i++) { sum[i] = flow[i]; stage[i] = y[i] + (h / 2) * flow[i]; }
        derivative(t + h / 2, stage);
        for (let i = 0; i < n; i++) { sum[i] += 2 * flow[i]; stage[i] = y[i] + (h / 2) * flow[i]; }
        derivative(t + h / 2, stage);
        for (let i = 0; i < n; i++) { sum[i] += 2 * flow[i]; stage[i] = y[i] + h * flow[i]; }
        derivative(t + h, stage);
        for (let i = 0; i < n; i++) y[i] += (h / 6) * (sum[i] + flow[i]);
      }
    };
    let time = a;
    while (saved < times.length && times[saved] < b - near(b)) {
      advance(time, times[saved]);
      time = times[saved];
      // the values at a saved time inside a segment come from the same straight lines
      for (const [position, first, slope] of ramps) s[position] = first + slope * (time - a);
      if (ramps.length) prepare(s);
      outputs(time, time + guard, time, y, s, row);
      for (let i = 0; i < row.length; i++) columns[i][saved] = row[i];
      saved++;
    }
    advance(time, b);
  }
  jump(stop);
  while (saved < times.length) save(saved++);
  return columns.every((column) => column.every(Number.isFinite)) ? columns : null;
}
