/** The thread of the Toxiproxy bench that holds both ends of the connections. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../../src/base/assert.ts';
import { compareRoundTrips, startEcho, type PingPongOptions } from './ping-pong.ts';

const parent = present(parentPort, 'the parent of the worker');
const echo = await startEcho();
parent.postMessage(echo.port, []);
const [proxiedPort] = (await once(parent, 'message')) as [number];
const figures = await compareRoundTrips(echo.port, proxiedPort, workerData as PingPongOptions);
parent.postMessage(figures, []);
