/**
 * Messages of the engine as frame bodies: 8 bytes with the time of sending on the machine's clock
 * (so that a receiver can tell how long a frame was under way), then JSON. Rows travel as arrays
 * without member names; they are most of what nodes say.
 */
import { isControl, type Element, type Message } from '../../src/engine/world/messages.ts';
import type { Row } from '../../src/model/value.ts';

export interface Received {
  readonly message: Message;
  readonly sentAtMs: number;
}

type PackedElement = readonly [Row['key'], number, Row['value']] | Element;

const stampBytes = 8;

export function encodeMessage(message: Message, sentAtMs: number): Buffer {
  const text = JSON.stringify(
    message.type === 'data' ? { ...message, elements: message.elements.map(pack) } : message,
  );
  const bytes = Buffer.allocUnsafe(stampBytes + Buffer.byteLength(text));
  bytes.writeDoubleBE(sentAtMs, 0);
  bytes.write(text, stampBytes, 'utf8');
  return bytes;
}

/** When the body was sent, on the machine's clock. */
export function stampOf(body: Buffer): number {
  return body.readDoubleBE(0);
}

/** A body that holds nothing but its time of sending. */
export function encodeStamp(sentAtMs: number): Buffer {
  const bytes = Buffer.allocUnsafe(stampBytes);
  bytes.writeDoubleBE(sentAtMs, 0);
  return bytes;
}

/** Throws a SyntaxError for what is no message. */
export function decodeMessage(body: Buffer): Received {
  const message = JSON.parse(body.toString('utf8', stampBytes)) as Message;
  const sentAtMs = stampOf(body);
  if (message.type !== 'data') return { message, sentAtMs };
  const elements = (message.elements as readonly PackedElement[]).map(unpack);
  return { message: { ...message, elements }, sentAtMs };
}

function pack(element: Element): PackedElement {
  return isControl(element) ? element : [element.key, element.ts, element.value];
}

function unpack(packed: PackedElement): Element {
  if (!Array.isArray(packed)) return packed as Element;
  const [key, ts, value] = packed as readonly [string, number, Row['value']];
  return { key, ts, value };
}
