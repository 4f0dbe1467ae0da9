/**
 * The error for a Toxiproxy that cannot be had: what failed, with which values, what to do next.
 */

export class ToxiproxyUnavailableError extends Error {
  override readonly name = 'ToxiproxyUnavailableError';
}

export function portTaken(port: number, cause: unknown): ToxiproxyUnavailableError {
  return new ToxiproxyUnavailableError(
    `cannot listen on 127.0.0.1:${port}: ${reason(cause)}; choose another port, or 0 for any`,
    { cause },
  );
}

export function notAnswering(url: string, cause: unknown): ToxiproxyUnavailableError {
  return new ToxiproxyUnavailableError(
    `no Toxiproxy answers at ${url} (${reason(cause)}); start one there, or unset TOXIPROXY_URL to use the embedded server`,
    { cause },
  );
}

export function binaryFailed(path: string, lastLines: string): ToxiproxyUnavailableError {
  const said = lastLines.trim() === '' ? 'it said nothing' : `its last lines: ${lastLines.trim()}`;
  return new ToxiproxyUnavailableError(
    `${path} did not come up (${said}); remove it from PATH to use the embedded server`,
  );
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = (cause as NodeJS.ErrnoException).code;
  return code === 'EADDRINUSE' ? 'the port is taken' : cause.message;
}
