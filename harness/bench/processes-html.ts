/**
 * The figures of the benchmark on processes as a page: self-contained, everything from the data
 * escaped, light and dark. Pure.
 */
import { html, type Markup, nothing } from '../../reports/markup/markup.ts';
import { styleSheet } from '../../reports/markup/style.ts';
import { type IntervalFigures, type ProcessFigures, spreadText } from './processes-figures.ts';
import { intervalPlot } from './processes-plot.ts';

/** A whole page with a final line feed. */
export function processesHtml(figures: ProcessFigures): string {
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Tidemark: benchmark on processes</title>
<style>`;
  const body = html`</style>
</head>
<body><main>
<div class="top"><span class="wave">≋</span><b>Tidemark</b> benchmark on processes</div>
${banner(figures)}
<h2>The interval between checkpoints</h2>
<section class="card">
<p>${lesson(figures.intervals)}</p>
<div class="scroll">${intervalPlot(figures.intervals)}</div>
<p class="soft">
  A point is the median, its whisker reaches from the least to the most, a small dot is one run.
  Throughput: a keyed tumbling count of ${amount(figures.intervalRecords)} records into the file
  sink, no fault: within the longest intervals it is over before their first checkpoint. Recovery: the
  default case, its input stretched over two checkpoints, one TaskManager killed half way from the
  first to the second (never before 1.6 s); until something is visible that a later attempt computed
  or committed. Runs go in rounds over all intervals.
</p>
</section>
<section class="card scroll">${table(figures)}</section>
<footer>${figures.cpu} · ${figures.cores} cores · Node ${figures.node}</footer>
</main></body>
</html>
`;
  // The style sheet is ours and holds no data: it goes in as it is.
  return `${head.text}${styleSheet}${body.text}`;
}

function banner(figures: ProcessFigures): Markup {
  const { recordsPerSecond, checkpointOverhead, recoveryMs, clusterUpMs, twoKillRunMs } = figures;
  const title = figures.allValid
    ? `${amount(recordsPerSecond)} records per second, back after ${amount(recoveryMs)} ms`
    : 'A run of the benchmark was not valid';
  return html`<section class="card banner ${figures.allValid ? 'valid' : 'unknown'}">
    <h1>${title}</h1>
    <div class="tiles">
      ${tile(amount(recordsPerSecond), 'records per second, a checkpoint each second', {
        goal: '≥ 300,000',
        isMet: recordsPerSecond >= 300_000,
      })}
      ${tile(`${(checkpointOverhead * 100).toFixed(1)} %`, 'cost of these checkpoints', {
        goal: '< 10 %',
        isMet: checkpointOverhead < 0.1,
      })}
      ${tile(`${amount(recoveryMs)} ms`, 'SIGKILL to the next committed output', below(recoveryMs, 2_000))}
      ${tile(`${amount(clusterUpMs)} ms`, '1 JobManager and 3 TaskManagers up', below(clusterUpMs, 1_500))}
      ${tile(`${amount(twoKillRunMs)} ms`, 'default case with two kills, checked', below(twoKillRunMs, 6_000))}
      ${tile(
        `${figures.proxyAddedUs.toFixed(0)} µs`,
        `a round trip longer through a proxy; ${figures.proxyAddedWithWakingUs.toFixed(0)} µs with the waking of threads`,
        {
          goal: '< 50 µs',
          isMet: figures.proxyAddedUs < 50,
        },
      )}
    </div>
  </section>`;
}

interface Goal {
  readonly goal: string;
  readonly isMet: boolean;
}

function below(valueMs: number, mostMs: number): Goal {
  return { goal: `< ${amount(mostMs)} ms`, isMet: valueMs < mostMs };
}

function tile(value: string, name: string, { goal, isMet }: Goal): Markup {
  const [mood, word] = isMet ? ['valid', 'met'] : ['invalid', 'missed'];
  return html`<div class="tile">
    <b>${value}</b><span>${name}</span><br />
    <small class="pill ${mood}">goal ${goal}: ${word}</small>
  </div>`;
}

/** What the two extremes of the intervals say. */
function lesson(intervals: readonly IntervalFigures[]): string {
  const [shortest] = intervals;
  const longest = intervals.at(-1);
  if (shortest === undefined || longest === undefined) return 'No interval was measured.';
  const ratio = shortest.recordsPerSecond.median / longest.recordsPerSecond.median;
  const share = `${Math.round(ratio * 100)} %`;
  const recovery =
    shortest.recoveryMs === null || longest.recoveryMs === null
      ? ''
      : ` After a kill the next output comes after ${amount(shortest.recoveryMs.median)} ms instead of ${amount(longest.recoveryMs.median)} ms.`;
  return (
    `With a checkpoint every ${amount(shortest.intervalMs)} ms the engine gets through ${share} of what ` +
    `it does with one every ${amount(longest.intervalMs)} ms.${recovery}`
  );
}

function table({ intervals, uncheckpointedPerSecond }: ProcessFigures): Markup {
  if (intervals.length === 0) return nothing;
  const rows = intervals.map(({ intervalMs, recordsPerSecond, recoveryMs }) => {
    const share = (recordsPerSecond.median / uncheckpointedPerSecond) * 100;
    return html`<tr>
      <td class="nowrap">${amount(intervalMs)} ms</td>
      <td class="num">${spreadText(recordsPerSecond)}</td>
      <td class="num">${share.toFixed(0)} %</td>
      <td class="num">${spreadText(recoveryMs)}</td>
      <td class="num">${recordsPerSecond.runs.length} / ${recoveryMs?.runs.length ?? 0}</td>
    </tr>`;
  });
  return html`<table>
    <thead>
      <tr>
        <th>A checkpoint every</th>
        <th class="num">records per second: median (least–most)</th>
        <th class="num">of the rate without</th>
        <th class="num">recovery, ms: median (least–most)</th>
        <th class="num">runs</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function amount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
