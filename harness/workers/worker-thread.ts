/**
 * Entry of a worker thread: loads its workbench, then answers jobs one at a time.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { present } from '../../src/base/assert.ts';
import { answer } from './job.ts';
import type { WorkerRequest } from './worker-link.ts';
import { replyTo } from './worker-link.ts';
import { setUp, type WorkerSetup } from './worker-setup.ts';

const port = present(parentPort, 'parent port: this module runs in a worker thread only');
const bench = await setUp(workerData as WorkerSetup);

port.on('message', (request: WorkerRequest) => {
  void replyTo(request, (job) => answer(bench, job)).then((reply) => port.postMessage(reply));
});
