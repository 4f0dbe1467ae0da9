#!/usr/bin/env node
// The `tidemark` command. It only chooses what to start and with which Node: in a checkout the
// sources, in an installed package the build. It is plain JavaScript for every Node that npm may
// start it with, and reads no argument: those belong to main.ts.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 24;
// As in exit-codes.ts, which only a new enough Node can read.
const exitInternal = 70;

const sourcesUrl = new URL('main.ts', import.meta.url);
const buildUrl = new URL('../../dist/harness/cli/main.js', import.meta.url);
// The sources go first, so that a stale build in a checkout is never what runs.
const mainUrl = existsSync(sourcesUrl) ? sourcesUrl : buildUrl;

if (Number.parseInt(process.versions.node, 10) >= nodeMajorMin) {
  await import(mainUrl.href);
} else {
  await startWithLocalNode();
}

/** Hands over to the Node that the checkout installs, as if it had been started in our place. */
async function startWithLocalNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const nodePath = fileURLToPath(new URL(`../../node_modules/node/bin/${name}`, import.meta.url));
  if (!existsSync(nodePath)) {
    console.error(
      `tidemark needs Node ${nodeMajorMin} or newer, and this is Node ${process.versions.node}. ` +
        'Install a newer Node; in a checkout `npm ci` brings one.',
    );
    process.exitCode = exitInternal;
    return;
  }

  const { spawn } = await import('node:child_process');
  const args = [...process.execArgv, fileURLToPath(mainUrl), ...process.argv.slice(2)];
  const child = spawn(nodePath, args, { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`tidemark could not start ${nodePath}: ${error.message}`);
    process.exitCode = exitInternal;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? exitInternal;
      return;
    }
    for (const forwarded of signals) process.removeAllListeners(forwarded);
    process.kill(process.pid, signal);
  });
}
