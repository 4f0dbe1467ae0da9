/** Where the harness gets its Toxiproxy from, and the command that runs the embedded one alone. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runToxiproxyCommand } from '../../../harness/toxiproxy/command.ts';
import { connectToxiproxy } from '../../../harness/toxiproxy/connect.ts';
import { startToxiproxy } from '../../../harness/toxiproxy/server.ts';
import { ToxiproxyUnavailableError } from '../../../harness/toxiproxy/unavailable-error.ts';
import { until } from './rig.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-toxiproxy-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Puts an executable `toxiproxy-server` into a directory of its own; the PATH to find it. */
async function fakeBinary(name: string, script: string): Promise<string> {
  const folder = await mkdtemp(join(directory, name));
  const file = join(folder, 'toxiproxy-server');
  await writeFile(file, `#!${process.execPath}\n${script}`);
  await chmod(file, 0o755);
  return folder;
}

describe('connectToxiproxy', () => {
  test('uses the embedded server when nothing else is there', async () => {
    const handle = await connectToxiproxy({ environment: {} });
    expect(handle.origin).toBe('embedded');
    expect(handle.hasExtensions).toBe(true);
    expect(await handle.client.getAll()).toEqual({});
    await handle.close();
    await expect(handle.client.getAll()).rejects.toThrow('fetch failed');
  });

  test('uses the server at TOXIPROXY_URL and leaves it running', async () => {
    const server = await startToxiproxy();
    const handle = await connectToxiproxy({ environment: { TOXIPROXY_URL: `${server.url}/` } });
    expect([handle.origin, handle.url]).toEqual(['url', server.url]);
    await handle.close();
    expect(await handle.client.getAll()).toEqual({});
    await server.close();
  });

  test('says so when nothing answers at TOXIPROXY_URL', async () => {
    const server = await startToxiproxy();
    await server.close();
    const connecting = connectToxiproxy({ environment: { TOXIPROXY_URL: server.url } });
    await expect(connecting).rejects.toThrow(ToxiproxyUnavailableError);
    await expect(connecting).rejects.toThrow(`no Toxiproxy answers at ${server.url}`);
  });

  test('starts a binary on the path and stops it', async () => {
    const server = new URL('../../../harness/toxiproxy/server.ts', import.meta.url).href;
    const PATH = await fakeBinary(
      'works',
      `import(${JSON.stringify(server)}).then(({ startToxiproxy }) =>
        startToxiproxy({ port: Number(process.argv[process.argv.indexOf('-port') + 1]) }));`,
    );
    const handle = await connectToxiproxy({ environment: { PATH } });
    expect([handle.origin, handle.hasExtensions]).toEqual(['binary', false]);
    expect(await handle.client.getAll()).toEqual({});
    await handle.close();
    await expect(handle.client.getAll()).rejects.toThrow('fetch failed');
  });

  test('gives the last words of a binary that does not come up', async () => {
    const PATH = await fakeBinary('broken', `console.error('out of luck'); process.exit(3);`);
    await expect(connectToxiproxy({ environment: { PATH } })).rejects.toThrow('out of luck');
  });
});

describe('tidemark toxiproxy', () => {
  test('serves until it is told to stop', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    const running = runToxiproxyCommand({
      port: 0,
      seed: 9,
      signal: stop.signal,
      print: (line) => lines.push(line),
    });
    await until('the first line', () => lines.length === 1);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(lines[0] ?? '')?.[0] ?? '';
    expect((await fetch(`${url}/version`)).status).toBe(200);
    stop.abort();
    expect(await running).toBe(0);
    await expect(fetch(`${url}/version`)).rejects.toThrow('fetch failed');
  });

  test('a taken port is one clear sentence and exit code 2', async () => {
    const other = await startToxiproxy();
    const lines: string[] = [];
    const code = await runToxiproxyCommand({
      port: other.port,
      seed: 0,
      printError: (line) => lines.push(line),
    });
    expect(code).toBe(2);
    expect(lines).toEqual([
      `cannot listen on 127.0.0.1:${other.port}: the port is taken; choose another port, or 0 for any`,
    ]);
    await other.close();
  });
});
