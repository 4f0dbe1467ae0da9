import { expect, test } from 'vitest';

import { operationsHtml } from '../../../reports/operations/operations-html.ts';
import type { OperationPage } from '../../../reports/operations/page.ts';

const page: OperationPage = {
  verdict: 'invalid',
  errors: [{ file: 'b', error: 'b: cannot be read' }],
  files: [
    {
      file: '<script>alert(1)</script>.jsonl',
      verdict: 'invalid',
      model: 'register',
      operations: 2,
      indefinite: 0,
      partitions: 1,
      steps: 3,
      wallMs: 0.25,
      unknowns: [],
      certificate: [
        { key: null, verification: 'verified', fault: null },
        { key: 'far', verification: 'unverified', fault: 'it takes more than 7 steps to check' },
      ],
      anomalies: [
        {
          name: 'not-linearizable',
          key: 'k"1',
          sentence: 'No order explains read → 1.',
          lines: [5],
          count: 1,
          explanation: {
            unfinished: null,
            partial: [{ row: 0, text: 'write 2', before: 'null', after: '2' }],
            next: [{ row: 1, text: 'read → 1', reason: 'it returned 1, but the state is 2' }],
            timeline: [
              {
                row: 0,
                process: '0',
                text: 'write 2',
                line: 1,
                from: 0,
                to: 1,
                role: 'ordered',
                place: 1,
              },
              {
                row: 1,
                process: '1',
                text: 'read → 1',
                line: 5,
                from: 2,
                to: 3,
                role: 'witness',
                place: null,
              },
              {
                row: 2,
                process: '2',
                text: 'write 3',
                line: 6,
                from: 2,
                to: null,
                role: 'next',
                place: null,
              },
            ],
          },
        },
      ],
    },
  ],
};

test('shows sentence, time line with the death, states, reasons and refused files', () => {
  const text = operationsHtml(page);
  expect(text).toContain('Not linearizable');
  expect(text).toContain('no order gets past this return');
  expect(text).toContain('1. write 2');
  expect(text).toContain('it returned 1, but the state is 2');
  expect(text).toContain('b: cannot be read');
  expect(text).toMatch(/class="operation next open"/);
});

test('says which certificates are not verified, and that the longest order was not found', () => {
  const text = operationsHtml(page);
  expect(text).toContain('1 of 2 certificate(s) verified');
  expect(text).toContain('(key far) is unverified: it takes more than 7 steps to check');
  const [file] = page.files;
  const [anomaly] = file?.anomalies ?? [];
  const unfinished = 'the longest order that works was not found within 9 steps of search';
  const explanation = { partial: [], next: [], timeline: [], unfinished };
  const cut = { ...page, files: [{ ...file, anomalies: [{ ...anomaly, explanation }] }] };
  expect(operationsHtml(cut as OperationPage)).toContain(`${unfinished}.`);
});

test('is self-contained, light and dark, and escapes what comes from the file', () => {
  const text = operationsHtml(page);
  expect(text).not.toContain('<script>');
  expect(text).toContain('&lt;script&gt;');
  expect(text).toContain('k&quot;1');
  expect(text).not.toMatch(/(?:src|href)="http/);
  expect(text).toContain('prefers-color-scheme: dark');
});
