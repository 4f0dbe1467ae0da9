import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-launcher-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the launcher', () => {
  it('refuses a Node that is too old with 70, because 2 is a verdict', () => {
    // Away from its package, so that no newer Node is found beside it.
    const launcher = join(folder, 'launcher.mjs');
    copyFileSync(
      fileURLToPath(new URL('../../../harness/cli/launcher.js', import.meta.url)),
      launcher,
    );
    const old = join(folder, 'old.mjs');
    writeFileSync(
      old,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });",
    );
    const { status, stderr } = spawnSync(process.execPath, ['--import', old, launcher, 'run'], {
      encoding: 'utf8',
    });
    expect(stderr).toContain('tidemark needs Node 24 or newer, and this is Node 20.0.0');
    expect(status).toBe(70);
  });
});
