/**
 * The Docker engine for tests; null, with the reason printed, where there is none.
 */
import { openDocker, type Docker } from '../../../../harness/subjects/containers/docker.ts';

export const docker: Docker | null = await openDocker().catch((error: unknown) => {
  console.warn(`skipped, runs in containers: ${String(error)}`);
  return null;
});
