/**
 * Replies of the API, before they become HTTP: the header values that Toxiproxy sends with each.
 */
import type { ApiError } from './api-error.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonReply(status: number, body: string): Reply {
  return { status, headers: { 'Content-Type': 'application/json' }, body };
}

/** Texts carry the header that forbids guessing their type. */
export function textReply(status: number, body: string): Reply {
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  };
  return { status, headers, body };
}

export function emptyReply(status: number): Reply {
  return { status, headers: {}, body: '' };
}

/** An error is JSON in a text reply: Toxiproxy's own helper overwrites the type. */
export function errorReply(error: ApiError): Reply {
  return textReply(error.status, `{${error.members}}\n`);
}
