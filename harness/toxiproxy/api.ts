/**
 * The control API: routes and handlers, from a request's parts to a reply. HTTP itself is in
 * `server.ts`. Handlers of toxics answer at once; none of them waits for a connection.
 */
import { randomBytes } from 'node:crypto';
import { toApiError, toxicNotFound } from './api-error.ts';
import type { ProxyCollection } from './collection.ts';
import { formatProxies, formatProxy, formatToxic, formatToxics } from './json-format.ts';
import { emptyReply, errorReply, jsonReply, textReply, type Reply } from './reply.ts';
import {
  decodePopulate,
  decodeProxy,
  decodeProxyChange,
  decodeToxic,
  decodeToxicChange,
} from './requests.ts';

/** The version whose behaviour is reproduced. */
const toxiproxyVersion = '2.12.0';

export interface ApiRequest {
  readonly method: string;
  /** As on the request line, escaped, with or without a query. */
  readonly path: string;
  readonly userAgent: string;
  readonly readBody: () => Promise<Buffer>;
}

type Handler = (context: HandlerContext) => Reply | Promise<Reply>;

interface HandlerContext {
  readonly proxies: ProxyCollection;
  readonly readBody: () => Promise<Buffer>;
  /** The path segments matched by `*`. */
  readonly proxy: string;
  readonly toxic: string;
}

interface Route {
  readonly pattern: readonly string[];
  readonly methods: Readonly<Record<string, Handler>>;
}

const routes: readonly Route[] = [
  { pattern: ['version'], methods: { GET: showVersion } },
  { pattern: ['reset'], methods: { POST: reset } },
  { pattern: ['populate'], methods: { POST: populate } },
  { pattern: ['proxies'], methods: { GET: listProxies, POST: createProxy } },
  {
    pattern: ['proxies', '*'],
    methods: { GET: showProxy, POST: updateProxy, PATCH: updateProxy, DELETE: removeProxy },
  },
  { pattern: ['proxies', '*', 'toxics'], methods: { GET: listToxics, POST: createToxic } },
  {
    pattern: ['proxies', '*', 'toxics', '*'],
    methods: { GET: showToxic, POST: updateToxic, PATCH: updateToxic, DELETE: removeToxic },
  },
];

/** Answers one request; never throws. */
export async function answer(proxies: ProxyCollection, request: ApiRequest): Promise<Reply> {
  const segments = decodePath(request.path);
  if (segments === null) return textReply(400, '400 Bad Request');
  const route = routes.find(({ pattern }) => matches(pattern, segments));
  if (route === undefined) return textReply(404, '404 page not found\n');
  const handler = Object.hasOwn(route.methods, request.method)
    ? route.methods[request.method]
    : undefined;
  if (handler === undefined) return emptyReply(405);
  const context = {
    proxies,
    readBody: request.readBody,
    proxy: segments[1] ?? '',
    toxic: segments[3] ?? '',
  };
  return withRequestId(await guarded(handler, context, request.userAgent));
}

async function guarded(
  handler: Handler,
  context: HandlerContext,
  userAgent: string,
): Promise<Reply> {
  // A web page must not drive the server of a developer who visits it.
  if (userAgent.startsWith('Mozilla/')) return textReply(403, 'User agent not allowed\n');
  try {
    return await handler(context);
  } catch (error) {
    return errorReply(toApiError(error));
  }
}

function withRequestId(reply: Reply): Reply {
  const id = randomBytes(10).toString('hex');
  return { ...reply, headers: { ...reply.headers, 'X-Toxiproxy-Request-Id': id } };
}

/** Segments of the unescaped path: an escaped slash separates like a plain one. */
function decodePath(path: string): readonly string[] | null {
  try {
    return decodeURIComponent(path.split('?', 1)[0] ?? '')
      .slice(1)
      .split('/');
  } catch {
    return null;
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, i) => (part === '*' ? segments[i] !== '' : part === segments[i]));
}

function showVersion(): Reply {
  const headers = { 'Content-Type': 'application/json;charset=utf-8' };
  return { status: 200, headers, body: `{"version": "${toxiproxyVersion}"}\n` };
}

async function reset({ proxies }: HandlerContext): Promise<Reply> {
  await proxies.reset();
  return emptyReply(204);
}

/** An error is answered together with the proxies made before it, in a reply of type JSON. */
async function populate({ proxies, readBody }: HandlerContext): Promise<Reply> {
  let made: string[] = [];
  try {
    const populated = await proxies.populate(decodePopulate(await readBody()));
    made = populated.proxies.map(formatProxy);
    if (populated.error !== null) throw populated.error;
    return jsonReply(201, `{"proxies":${listOrNull(made)}}`);
  } catch (error) {
    const apiError = toApiError(error);
    return jsonReply(apiError.status, `{${apiError.members},"proxies":${listOrNull(made)}}`);
  }
}

function listOrNull(items: readonly string[]): string {
  return items.length === 0 ? 'null' : `[${items.join(',')}]`;
}

function listProxies({ proxies }: HandlerContext): Reply {
  return jsonReply(200, formatProxies(proxies.all));
}

async function createProxy({ proxies, readBody }: HandlerContext): Promise<Reply> {
  const proxy = await proxies.create(decodeProxy(await readBody()));
  return jsonReply(201, formatProxy(proxy));
}

function showProxy({ proxies, proxy }: HandlerContext): Reply {
  return jsonReply(200, formatProxy(proxies.get(proxy)));
}

async function updateProxy({ proxies, proxy: name, readBody }: HandlerContext): Promise<Reply> {
  const body = await readBody();
  const proxy = await proxies.update(name, (current) => decodeProxyChange(body, current));
  return jsonReply(200, formatProxy(proxy));
}

async function removeProxy({ proxies, proxy }: HandlerContext): Promise<Reply> {
  await proxies.remove(proxy);
  return emptyReply(204);
}

function listToxics({ proxies, proxy }: HandlerContext): Reply {
  return jsonReply(200, formatToxics(proxies.get(proxy).toxics));
}

async function createToxic({ proxies, proxy: name, readBody }: HandlerContext): Promise<Reply> {
  proxies.get(name);
  const body = await readBody();
  const proxy = proxies.get(name);
  const toxic = decodeToxic(body, (taken) => proxy.findToxic(taken) !== undefined);
  proxy.addToxic(toxic);
  return jsonReply(200, formatToxic(toxic));
}

function showToxic({ proxies, proxy, toxic: name }: HandlerContext): Reply {
  const toxic = proxies.get(proxy).findToxic(name);
  if (toxic === undefined) throw toxicNotFound();
  return jsonReply(200, formatToxic(toxic));
}

async function updateToxic(context: HandlerContext): Promise<Reply> {
  context.proxies.get(context.proxy);
  const body = await context.readBody();
  const proxy = context.proxies.get(context.proxy);
  const toxic = proxy.findToxic(context.toxic);
  if (toxic === undefined) throw toxicNotFound();
  proxy.updateToxic(toxic, decodeToxicChange(body, toxic));
  return jsonReply(200, formatToxic(toxic));
}

function removeToxic({ proxies, proxy: proxyName, toxic: name }: HandlerContext): Reply {
  const proxy = proxies.get(proxyName);
  const toxic = proxy.findToxic(name);
  if (toxic === undefined) throw toxicNotFound();
  proxy.removeToxic(toxic);
  return emptyReply(204);
}
