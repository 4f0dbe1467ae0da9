/**
 * Opens a proxy again where it was. While it was closed anybody may have taken its port, most
 * likely an outgoing connection that ends soon: so it is tried for a while.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proxy as ToxiproxyProxy } from 'toxiproxy-node-client';

import { SubjectFailure } from './subject-failure.ts';

const triesMax = 40;
const pauseMs = 50;

/** Rejects with a {@link SubjectFailure} when the port stays taken. */
export async function reopen(proxy: ToxiproxyProxy, upstream: string): Promise<ToxiproxyProxy> {
  const { listen, name } = proxy;
  for (let tries = 1; ; tries++) {
    try {
      return await proxy.update({ enabled: true, listen, upstream });
    } catch (error) {
      if (tries === triesMax) {
        const seconds = (triesMax * pauseMs) / 1000;
        const text = `the proxy "${name}" did not open again on ${listen} in ${seconds} s: ${reasonOf(error)}; run it again`;
        throw new SubjectFailure(text, { cause: error });
      }
      await sleep(pauseMs);
    }
  }
}

/** What the server said, if the client passes it on. */
function reasonOf(error: unknown): string {
  const { response, message } = error as {
    readonly message?: string;
    readonly response?: { readonly data?: { readonly error?: string } };
  };
  return response?.data?.error ?? message ?? 'no reason given';
}
