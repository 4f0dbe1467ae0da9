/**
 * Entry of a node process. It is started by the harness only, with the notice pipe as file
 * descriptor 3.
 */
import { flushCompileCache } from 'node:module';

import { ControlChannel } from '../../process-world/control-channel.ts';
import { Network } from '../../process-world/network.ts';
import { runNode } from './run-node.ts';

await runNode(new ControlChannel(), new Network());
// A node is killed, so it has no other moment to do it.
flushCompileCache();
