import { describe, expect, it } from 'vitest';

import type { CommandIo } from '../../../../harness/cli/frame/command.ts';
import { ProgressLine, progressText } from '../../../../harness/cli/frame/progress.ts';

function io(liveErrors: boolean): CommandIo & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    out: () => undefined,
    err: (text) => written.push(text),
    liveErrors,
    colors: false,
    columns: 30,
  };
}

const state = { scenario: 'word-count', runsDone: 50, runsTotal: 200, faults: 7, violations: 0 };

describe('progress', () => {
  it('says where it is, how fast, and what was found', () => {
    expect(progressText(state, 1000)).toBe('word-count  50/200 runs  50/s  7 faults  1.0 s');
    expect(progressText({ ...state, violations: 2 }, 0)).toContain('2 violations');
  });

  it('is one line on a terminal, drawn over and removed', () => {
    const terminal = io(true);
    const line = new ProgressLine(terminal);
    line.update(state);
    line.update(state);
    line.clear();
    const [drawn, cleared, ...more] = terminal.written;
    expect(drawn?.slice(0, 24)).toBe('\r\u001B[2Kword-count  50/200 ');
    expect(drawn?.length).toBeLessThan(30 + 5);
    expect([cleared, more]).toEqual(['\r\u001B[2K', []]);
  });

  it('is plain lines elsewhere, and none for a short run', () => {
    const pipe = io(false);
    const line = new ProgressLine(pipe);
    line.update(state);
    line.show('shrinking');
    line.clear();
    expect(pipe.written).toEqual(['shrinking\n']);
  });
});
