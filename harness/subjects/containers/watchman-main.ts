/**
 * Entry of the watchman's container. The pipe ends when the harness does, in whatever way; then it
 * removes the containers and networks with the harness's label, over the engine's socket and with
 * nothing but Node. Itself goes when it is done; the image it runs from cannot, and is swept at the
 * next start.
 */
import { constants, openSync } from 'node:fs';
import { request } from 'node:http';
import { Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { present } from '../../../src/base/assert.ts';
import { imagePaths } from './image.ts';
import { ownerFilter } from './labels.ts';

const pipe = present(process.argv[2], 'the pipe that the harness holds');
const owner = present(process.argv[3], 'the owner to clean up after');
/** The janitor is quicker and removes the image as well; this one is for when it is gone too. */
const graceMs = 1_500;
const pauseMs = 250;
const looksMax = 20;

interface Found {
  readonly Id: string;
}

function ask(method: 'GET' | 'DELETE', path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: imagePaths.engineSocket, method, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function find(kind: 'containers/json?all=true&' | 'networks?'): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [ownerFilter(owner)] }));
  const found = JSON.parse(await ask('GET', `/${kind}filters=${filters}`)) as Found[];
  // The engine names a container after the beginning of its id, unless told otherwise.
  return found.map(({ Id }) => Id).filter((id) => !id.startsWith(hostname()));
}

/** How many things there were. */
async function sweep(): Promise<number> {
  const containers = await find('containers/json?all=true&');
  await Promise.all(containers.map((id) => ask('DELETE', `/containers/${id}?force=true&v=true`)));
  const networks = await find('networks?');
  await Promise.all(networks.map((id) => ask('DELETE', `/networks/${id}`)));
  return containers.length + networks.length;
}

/** What the engine was still making then appears a little later. */
async function cleanUp(): Promise<void> {
  await sleep(graceMs);
  let quiet = 0;
  for (let look = 0; look < looksMax && quiet < 2; look++) {
    if (look > 0) await sleep(pauseMs);
    quiet = (await sweep()) === 0 ? quiet + 1 : 0;
  }
  process.exit(0);
}

const fd = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
const end = new Socket({ fd, readable: true, writable: false });
end.on('end', () => void cleanUp());
end.on('error', () => void cleanUp());
end.resume();
