/**
 * Removes what harnesses left on the engine: containers (running, paused or not), then networks,
 * then images. Safe to call while somebody else does the same.
 */
import { unlessRefused, type Engine } from './docker.ts';
import { machineFilter, ownerOf, type Labels } from './labels.ts';

/** Nothing there (any more); somebody else is removing it. */
const gone = [404, 409] as const;

/** Removes everything of owners that `isDue`. Returns how many things there were. */
export async function sweep(engine: Engine, isDue: (owner: string) => boolean): Promise<number> {
  const filters = { label: [machineFilter()] };
  const due = <T extends { readonly Labels: Labels | null }>(found: readonly T[]): T[] =>
    found.filter(({ Labels: labels }) => {
      const owner = ownerOf(labels);
      return owner !== null && isDue(owner);
    });
  const containers = due(await engine.listContainers({ all: true, filters }));
  await Promise.all(containers.map(({ Id }) => removeContainer(engine, Id)));
  const networks = due((await engine.listNetworks({ filters })) as Found[]);
  await Promise.all(
    networks.map(({ Id }) => unlessRefused(engine.getNetwork(Id).remove(), ...gone)),
  );
  const images = due(await engine.listImages({ all: true, filters }));
  await Promise.all(
    images.map(({ Id }) => unlessRefused(engine.getImage(Id).remove({ force: true }), ...gone)),
  );
  return containers.length + networks.length + images.length;
}

interface Found {
  readonly Id: string;
  readonly Labels: Labels | null;
}

/** Whatever state it is in. */
export function removeContainer(engine: Engine, id: string): Promise<void> {
  return unlessRefused(engine.getContainer(id).remove({ force: true, v: true }), ...gone);
}
