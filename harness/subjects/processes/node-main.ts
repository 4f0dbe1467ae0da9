/**
 * Entry of a node process. It is started by the harness only, with the notice pipe as file
 * descriptor 3.
 */
import { ControlChannel } from '../../world/control-channel.ts';
import { Network } from '../../world/network.ts';
import { runNode } from './run-node.ts';

await runNode(new ControlChannel(), new Network());
