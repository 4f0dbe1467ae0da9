/**
 * Entry of a node in a container: the node program, with named pipes to the harness and the
 * container network instead of inherited pipes and loopback. The line it prints says that it
 * listens.
 */
import { flushCompileCache } from 'node:module';

import { present } from '../../../src/base/assert.ts';
import { ControlChannel } from '../../process-world/control-channel.ts';
import { pipesOfFolder } from '../../process-world/control-ends.ts';
import { Network } from '../../process-world/network.ts';
import { runNode } from '../processes/run-node.ts';
import { listeningLine } from './listening-line.ts';

const folder = present(process.argv[2], 'the folder of the control pipes');
const gateway = present(process.argv[3], 'the address of the harness');
const control = new ControlChannel(pipesOfFolder(folder));
await runNode(control, new Network({ listen: '0.0.0.0', dial: gateway }));
console.log(listeningLine);
// A node is killed, so it has no other moment to do it.
flushCompileCache();
