import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { htmlReport } from '../../reports/html/html-report.ts';
import { escapeHtml, html } from '../../reports/markup/markup.ts';
import { timelineModel, timelineMarksMax } from '../../reports/html/timeline/timeline-model.ts';
import { eventfulHistory, evidence, hostileReport } from './sample-report.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const page = htmlReport(hostileReport);

describe('the HTML report', () => {
  it('escapes everything that comes from the data', () => {
    expect(page).not.toContain('<script');
    expect(page.split('').filter((character) => character < ' ' && character !== '\n')).toEqual([]);
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  });

  it('is one file that loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/\b(src|href)=/);
    expect(page).not.toMatch(/url\(|@import|https?:/);
    expect(page).not.toMatch(/\son\w+=/);
    expect(page).toContain("default-src 'none'");
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    const wrong: string[] = [];
    for (const [, slash, name, attributes] of page.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)) {
      if (['meta', 'br'].includes(name ?? '') || attributes?.endsWith('/') === true) continue;
      if (slash === '') open.push(name ?? '');
      else if (open.pop() !== name) wrong.push(name ?? '');
    }
    expect([open, wrong]).toEqual([[], []]);
  });

  it('shows the contradiction, the sizes, and how to run the case again', () => {
    for (const part of ['>Let<', '>Then<', '>However<', '>Expected<', '>Observed<']) {
      expect(page).toContain(part);
    }
    expect(page).toContain('3 records and 2 faults, shrunk from 90 records and 3 faults');
    expect(page).toContain('npx tidemark replay');
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('is the same for the same report', () => {
    expect(htmlReport(hostileReport)).toBe(page);
  });

  it('shows examples when nothing is wrong', () => {
    const valid = {
      result: { ...hostileReport.result, verdict: 'valid' as const, scenarios: [] },
      evidence: [{ ...evidence, verdict: { ...evidence.verdict, status: 'valid' as const } }],
    };
    expect(htmlReport(valid)).toContain('Example runs');
  });
});

describe('the template', () => {
  it('never lets markup of a value through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: made } = html`<p title="${text}">${[text]}</p>`;
        expect(made.match(/[<>]/g)).toEqual(['<', '>', '<', '>']);
        expect(made.match(/"/g)).toHaveLength(2);
      }),
      { numRuns: 500 * multiplier },
    );
  });

  it('keeps harmless text as it is', () => {
    expect(escapeHtml('zwölf < 13 & "ok" 🌊')).toBe('zwölf &lt; 13 &amp; &quot;ok&quot; 🌊');
  });
});

describe('the timeline', () => {
  const model = timelineModel(evidence.case, eventfulHistory, evidence.verdict);

  it('has lanes for what happened', () => {
    const lanes = model.groups.flatMap(({ lanes: own }) => own.map(({ label }) => label));
    expect(lanes).toEqual(['checkpoint', 'jm', 'tm1', 'out[0]', 'sum[0]']);
    expect(model.faults).toMatchObject([{ from: 437, to: 557, label: '1 crash' }]);
    expect(model.attempts.map(({ label }) => label)).toEqual(['attempt 1', 'attempt 2 ← cp 1']);
    expect(model.watermarks[0]?.points).toHaveLength(2);
  });

  it('ends a checkpoint that was open when the job failed', () => {
    const spans = model.groups[0]?.lanes[0]?.spans;
    expect(spans).toMatchObject([
      { from: 100, to: 170, look: 'completed' },
      { from: 400, to: 600, look: 'aborted' },
    ]);
  });

  it('marks what the witnesses became visible with', () => {
    const [sink] = model.groups.find(({ title }) => title === 'Sinks')?.lanes ?? [];
    expect(sink?.instants.map(({ look }) => look)).toEqual(['hit']);
  });

  it('A8: leaves marks out beyond its limit and counts them', () => {
    const one = eventfulHistory.filter(({ kind }) => kind === 'point');
    const many = Array.from({ length: timelineMarksMax + 5 }, () => one).flat();
    const { dropped } = timelineModel(evidence.case, many, evidence.verdict);
    expect(dropped).toBe(5);
  });

  it('of an empty history is empty', () => {
    expect(timelineModel(evidence.case, [], evidence.verdict).groups).toEqual([]);
  });
});
