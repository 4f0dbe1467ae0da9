/**
 * The private network of a harness: no way out, the harness itself at the gateway address, every
 * node at an address that stays its own when it is taken off the network and put back.
 */
import { createServer } from 'node:net';

import { present } from '../../../src/base/assert.ts';
import { subjectFailure } from '../processes/subject-failure.ts';
import { unlessRefused, type Engine } from './docker.ts';
import { ownerOf, type Labels } from './labels.ts';

export interface PrivateNetwork {
  readonly name: string;
  /** This machine's address on it. */
  readonly gateway: string;
  /** Address of the `index`-th container of a run, from 0. */
  address(index: number): string;
  detach(container: string): Promise<void>;
  attach(container: string, address: string): Promise<void>;
  isAttached(container: string): Promise<boolean>;
}

interface Range {
  readonly Subnet: string;
  readonly Gateway: string;
}

/** Its removal is left to whoever sweeps. Rejects with a SubjectFailure when there can be none. */
export async function makeNetwork(engine: Engine, labels: Labels): Promise<PrivateNetwork> {
  const name = `tidemark-${present(ownerOf(labels), 'owner')}`;
  const range = await freeRange(engine, { name: `${name}-probe`, labels });
  const network = await engine.createNetwork({
    Name: name,
    Internal: true,
    Labels: { ...labels },
    IPAM: { Config: [{ ...range }] },
  });
  await checkGateway(range.Gateway);
  return {
    name,
    gateway: range.Gateway,
    address: (index) => nextAddress(range.Gateway, index + 1),
    detach: (container) => network.disconnect({ Container: container, Force: true }),
    attach: (container, address) =>
      network.connect({
        Container: container,
        EndpointConfig: { IPAMConfig: { IPv4Address: address } },
      }),
    isAttached: async (container) => {
      const { Containers: attached = {} } = (await network.inspect()) as {
        readonly Containers?: Readonly<Record<string, unknown>>;
      };
      return Object.hasOwn(attached, container);
    },
  };
}

/**
 * Containers keep a chosen address only in a network whose range was given, so a range that the
 * engine finds free is asked for first.
 */
async function freeRange(
  engine: Engine,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): Promise<Range> {
  const probe = await engine.createNetwork({ Name: name, Internal: true, Labels: { ...labels } });
  const found = (await probe.inspect()) as { readonly IPAM: { readonly Config: Range[] } };
  await unlessRefused(probe.remove(), 404);
  const { Subnet, Gateway } = present(found.IPAM.Config[0], 'range of the probe network');
  return { Subnet, Gateway };
}

/** Nodes reach the proxies at the gateway, so it must be an address of this very machine. */
async function checkGateway(gateway: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, gateway, resolve);
    });
  } catch (error) {
    throw subjectFailure(`the Docker engine's networks are not reachable from here (${gateway})`, {
      next: 'use a Docker engine that runs on this Linux machine itself, not in a virtual machine',
      cause: error,
    });
  } finally {
    server.close();
  }
}

function nextAddress(first: string, offset: number): string {
  const number = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
