import { describe, expect, it } from 'vitest';

import { faultText } from '../../reports/describe/fault-text.ts';
import { realLines } from '../../reports/describe/real-text.ts';
import { strengthText } from '../../reports/describe/strength-text.ts';
import {
  annotations,
  annotationsMax,
  jobSummary,
  verdictLine,
} from '../../reports/github/job-summary.ts';
import { htmlReport } from '../../reports/html/html-report.ts';
import { escapeXml, junitXml } from '../../reports/junit/junit-xml.ts';
import { ansiPaint, noPaint } from '../../reports/terminal/paint.ts';
import { amount, duration } from '../../reports/describe/amounts.ts';
import { terminalSummary } from '../../reports/terminal/summary.ts';
import { verdictText } from '../../reports/terminal/verdict-text.ts';
import type { RunResult } from '../../reports/result.ts';
import { present } from '../../src/base/assert.ts';
import type { FaultAction } from '../../src/model/fault.ts';
import { calmScenario, hostileReport, hostileScenario, hostileVerdict } from './sample-report.ts';
import { unknownLine } from '../../reports/describe/unknown-text.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';

const { result } = hostileReport;

/** Control characters other than the line feed. */
function controlCharacters(text: string): string[] {
  return text.split('').filter((character) => character < ' ' && character !== '\n');
}

describe('the terminal summary', () => {
  const text = terminalSummary(result, noPaint);

  it('has a line per scenario, the findings, and last what it all means', () => {
    expect(text).toMatch(/^✗ hostile +100 runs +67\/s +at-least-once, not exactly-once/m);
    expect(text).toMatch(/^✓ calm +100 runs/m);
    expect(text).toContain('3 records, 2 faults, shrunk from 90 and 3');
    expect(text).toMatch(/INVALID .*\n.*3 of 200 runs unexplained\.\n.*seed 7\.\n.*Interrupted/);
  });

  it('lets no control character of the data through', () => {
    expect(controlCharacters(text)).toEqual([]);
    expect(controlCharacters(verdictText(hostileVerdict, noPaint))).toEqual([]);
  });

  it('is coloured only when asked', () => {
    const escape = '\u001B[';
    expect(text).not.toContain(escape);
    expect(terminalSummary(result, ansiPaint)).toContain(escape);
  });

  it('writes numbers for people', () => {
    expect([amount(999), amount(1_234_567), amount(2.5e9)]).toEqual([
      '999',
      '1.2 million',
      '2.5 billion',
    ]);
    const texts = [850, 12_340, 245_000, 12_000_000].map(duration);
    expect(texts).toEqual(['850 ms', '12.3 s', '4 min 5 s', '3 h 20 min']);
  });
});

describe('a case found on a real subject', () => {
  const [kept] = hostileScenario.cases;
  const real = { ...present(kept?.real, 'a case with real runs'), subject: 'processes' };
  const replay = 'npx tidemark replay case.json';

  it('is said in every report', () => {
    const sentence = 'shown by 3 of 5 runs, and 1 more ended in an error on';
    for (const report of [terminalSummary(result, noPaint), jobSummary(result), junitXml(result)]) {
      expect(report).toContain(sentence);
      expect(report).toContain('Does not show in the simulator');
    }
    expect(htmlReport(hostileReport)).toContain(sentence);
  });

  it.each([
    [{}, /^shown by 3 of 5 runs.* on processes; made smaller there, where 4 of 5 runs showed it/],
    [{ triesMax: 1 }, /a candidate had up to 1 run$/],
    [{ shrunkOn: 'simulator' as const }, /made smaller in the simulator$/],
    [{ shrunkOn: null }, /on processes; as it was found$/],
    [{ rate: null }, /^found on processes; not run again$/],
    [
      { rate: { shown: 0, of: 9, failed: 0 }, shrunkOn: null },
      /^found on processes, and not again: 0 of 9 runs; kept as it was found$/,
    ],
  ])('with %j is told in words', (changes, words) => {
    const [line] = realLines({ ...real, ...changes }, replay);
    expect(line).toMatch(words);
  });

  it('says what the simulator shows instead, or how to see it there', () => {
    const there = realLines({ ...real, showsInSimulator: true }, replay);
    expect(there[1]).toContain('npx tidemark replay case.json --subject simulator');
    const other = realLines({ ...real, anomaliesInSimulator: ['duplicate'] }, replay);
    expect(other[1]).toBe('Does not show in the simulator: the same case shows duplicate there.');
    expect(realLines(null, replay)).toEqual([]);
  });
});

describe('a verdict in words', () => {
  it('is a contradiction', () => {
    const text = verdictText(hostileVerdict, noPaint);
    const words = [
      'Let',
      'Then',
      'However',
      'Nearest',
      'Expected',
      'Observed',
      'Witness',
      'Tied to',
    ];
    const places = words.map((word) => text.indexOf(`  ${word.padEnd(9)} `));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(text).toContain('refuted: exactly-once, at-least-once; still possible: at-most-once');
  });
});

describe('what is not a plain verdict', () => {
  const undecided: Unknown = {
    kind: 'undecided',
    guarantee: 'validity',
    text: 'the order does not show',
  };
  const never: Unknown = { kind: 'vacuous', guarantee: null, text: '"a restore" never happened' };

  const unknown = (unknowns: readonly Unknown[]): RunResult => ({
    ...result,
    verdict: 'unknown',
    limits: [{ limit: 'bail', value: 1, detail: 'stopped at the first violation, as asked: a' }],
    scenarios: [{ ...calmScenario, runs: 1, verdict: 'unknown', unknowns }],
  });

  it('tells what is undecided from what did not happen', () => {
    const open = terminalSummary(unknown([undecided]), noPaint);
    expect(open).toContain('UNKNOWN  Something could not be decided.\n');
    const vacuous = terminalSummary(unknown([never]), noPaint);
    expect(vacuous).toContain('UNKNOWN  Not enough happened to say more.\n');
  });

  it('tells a reason once, and an end that was asked for as no limit', () => {
    const reason = unknownLine(undecided);
    const [kept] = hostileScenario.cases;
    const scenario = { ...calmScenario, runs: 1, unknowns: [undecided], cases: [] };
    const told =
      kept === undefined ? [] : [{ ...kept, status: 'unknown', sentence: reason, open: undecided }];
    const both = { ...unknown([]), scenarios: [{ ...scenario, cases: told }] } as RunResult;
    const text = terminalSummary(both, noPaint);
    expect(text.split(reason)).toHaveLength(2);
    expect(text).toMatch(/^✓ calm +1 run /m);
    expect(text).toMatch(/^stopped at the first violation, as asked: a$/m);
  });

  it('says what held, and that an anomaly is not promised', () => {
    const valid = verdictText(
      { ...hostileVerdict, status: 'valid', strongest: 'at-least-once, not exactly-once' },
      noPaint,
    );
    expect(valid).toContain('VALID  What held: at-least-once. What did not: exactly-once.\n');
    expect(valid).toContain('not promised by this case');
    expect(verdictText(hostileVerdict, noPaint)).not.toContain('not promised');
    expect(strengthText('none, not at-most-once')).toMatch(/^No delivery guarantee held/);
  });

  it('is in the log of a job as well', () => {
    expect(verdictLine(result)).toBe('INVALID  3 of 200 runs unexplained; seed 7\n');
  });
});

describe('a fault in words', () => {
  it('says what and when', () => {
    expect(
      faultText({
        when: { at: 5 },
        action: { kind: 'reset', links: { from: ['jm'], to: ['tm0'], bothWays: true } },
      }),
    ).toBe('reset connections jm ↔ tm0, at 5 ms');
    expect(
      faultText({
        when: {
          point: 'ack',
          phase: 'before',
          checkpoint: 2,
          operator: 'sum',
          subtask: 1,
          occurrence: 3,
        },
        action: { kind: 'crash', node: 'here', restartAfterMs: 10 },
      }),
    ).toBe('crash here, back after 10 ms, before ack of checkpoint 2 at sum[1], time 3');
  });
});

describe('faults of messages in words', () => {
  const links = { from: ['tm0'], to: ['tm1'], bothWays: false };

  it.each([
    [{ kind: 'drop', links, durationMs: 9 }, 'drop a message tm0 → tm1 within 9 ms'],
    [{ kind: 'duplicate', links, durationMs: 9 }, 'duplicate a message tm0 → tm1 within 9 ms'],
    [
      { kind: 'reorder', links, waitMs: 4, durationMs: 9 },
      'reorder channels of tm0 → tm1, waiting 4 ms, for 9 ms',
    ],
    [{ kind: 'store', effect: 'crash', durationMs: 9 }, 'sink store: crash for 9 ms'],
  ] satisfies [FaultAction, string][])('%j', (action, text) => {
    expect(faultText({ when: { at: 1 }, action })).toBe(`${text}, at 1 ms`);
  });
});

describe('JUnit XML', () => {
  const xml = junitXml(result);

  it('has a suite per scenario and a case per promise', () => {
    expect(xml).toContain('<testsuite name="hostile" tests="3" failures="2" errors="0"');
    expect(xml).toContain('<testsuite name="calm" tests="3" failures="0" errors="0"');
    expect(xml).toContain('<testsuites name="tidemark test" tests="6" failures="2" errors="0"');
    expect(xml).toContain('<testcase classname="hostile" name="progress"/>');
  });

  it('holds no markup and no forbidden character of the data', () => {
    expect(xml).not.toContain('<script');
    expect(xml).not.toContain(']]>');
    expect(controlCharacters(xml)).toEqual([]);
    expect(escapeXml('\uD800<')).toBe('\uFFFD&lt;');
  });

  it('makes an unknown an error, never a pass', () => {
    const unknown: RunResult = {
      ...result,
      scenarios: [
        {
          ...calmScenario,
          verdict: 'unknown',
          unknowns: [{ kind: 'undecided', guarantee: null, text: 'too little happened' }],
        },
      ],
    };
    expect(junitXml(unknown)).toContain('errors="1"');
    expect(junitXml(unknown)).toContain('<error message="too little happened">');
  });
});

describe('GitHub', () => {
  it('gets a summary whose table cannot be broken by the data', () => {
    const summary = jobSummary(result);
    const rows = summary.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(7);
    const prose = summary.split(/^```$/m).filter((_, part) => part % 2 === 0);
    expect(prose.join('')).not.toContain('<script');
    expect(controlCharacters(summary)).toEqual([]);
  });

  it('gets at most ten annotations, the last of which counts the rest', () => {
    const many: RunResult = {
      ...result,
      scenarios: Array.from({ length: 14 }, () => hostileScenario),
    };
    const lines = annotations(many).trimEnd().split('\n');
    expect(lines).toHaveLength(annotationsMax);
    expect(lines.at(-1)).toBe('::notice::5 more findings are in the report');
  });

  it('cannot be given commands by the data', () => {
    const lines = annotations(result).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::error::injected'))).toEqual([]);
    expect(lines).toHaveLength(1);
  });
});
