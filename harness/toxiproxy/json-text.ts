/**
 * Reads the first JSON value of a request body the way Toxiproxy does (Go's encoding/json stream
 * decoder): what follows the value is ignored, numbers keep their text, and syntax errors have its
 * words. Only the wire format lives here; `json-record.ts` gives values their types.
 */

export type JsonValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, JsonValue])[] };

export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Nesting that is still read; a deeper body is refused. */
const depthMax = 500;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The first value in `body`. Throws {@link JsonSyntaxError}. */
export function readJson(body: Buffer): JsonValue {
  const reader = new JsonReader(body.toString('latin1'));
  reader.skipSpace();
  if (reader.atEnd) throw new JsonSyntaxError('EOF');
  return reader.value(1);
}

/** Works on bytes (as latin1 text), because errors name bytes; strings are decoded at their end. */
class JsonReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  skipSpace(): void {
    while (!this.atEnd && ' \t\r\n'.includes(this.peek())) this.at++;
  }

  value(depth: number): JsonValue {
    this.skipSpace();
    const first = this.peek();
    if (depth > depthMax) throw new JsonSyntaxError('exceeded max depth');
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return { kind: 'string', value: this.string() };
    if (first === '-' || isDigit(first)) return { kind: 'number', text: this.number() };
    if (first === 't') return this.literal('true', { kind: 'bool', value: true });
    if (first === 'f') return this.literal('false', { kind: 'bool', value: false });
    if (first === 'n') return this.literal('null', { kind: 'null' });
    return this.fail('looking for beginning of value');
  }

  private object(depth: number): JsonValue {
    const members: [string, JsonValue][] = [];
    this.at++;
    this.skipSpace();
    if (this.take('}')) return { kind: 'object', members };
    for (;;) {
      this.skipSpace();
      if (this.peek() !== '"') this.fail('looking for beginning of object key string');
      const key = this.string();
      this.skipSpace();
      if (!this.take(':')) this.fail('after object key');
      members.push([key, this.value(depth + 1)]);
      this.skipSpace();
      if (this.take('}')) return { kind: 'object', members };
      if (!this.take(',')) this.fail('after object key:value pair');
    }
  }

  private array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.at++;
    this.skipSpace();
    if (this.take(']')) return { kind: 'array', items };
    for (;;) {
      items.push(this.value(depth + 1));
      this.skipSpace();
      if (this.take(']')) return { kind: 'array', items };
      if (!this.take(',')) this.fail('after array element');
    }
  }

  private literal(word: string, value: JsonValue): JsonValue {
    for (const letter of word.split('')) {
      if (this.peek() === letter) this.at++;
      else this.fail(`in literal ${word} (expecting ${quoteByte(letter)})`);
    }
    return value;
  }

  private number(): string {
    const start = this.at;
    if (this.take('-') && !isDigit(this.peek())) this.fail('in numeric literal');
    if (!this.take('0')) this.digits();
    if (this.takeIfAny('.')) {
      if (!isDigit(this.peek())) this.fail('after decimal point in numeric literal');
      this.digits();
    }
    if (this.takeIfAny('eE')) {
      this.takeIfAny('+-');
      if (!isDigit(this.peek())) this.fail('in exponent of numeric literal');
      this.digits();
    }
    return this.text.slice(start, this.at);
  }

  private digits(): void {
    while (!this.atEnd && isDigit(this.text.charAt(this.at))) this.at++;
  }

  private string(): string {
    let bytes = '';
    let decoded = '';
    const flush = (): void => {
      decoded += Buffer.from(bytes, 'latin1').toString('utf8');
      bytes = '';
    };
    this.at++;
    for (;;) {
      const char = this.peek();
      if (char < ' ') this.fail('in string literal');
      this.at++;
      if (char === '"') {
        flush();
        return decoded.toWellFormed();
      }
      if (char === '\\') {
        flush();
        decoded += this.escape();
      } else {
        bytes += char;
      }
    }
  }

  private escape(): string {
    const char = this.peek();
    const simple = escapes[char];
    if (simple === undefined && char !== 'u') this.fail('in string escape code');
    this.at++;
    if (simple !== undefined) return simple;
    let code = 0;
    for (let i = 0; i < 4; i++) {
      if (!/[0-9a-fA-F]/.test(this.peek())) this.fail('in \\u hexadecimal character escape');
      code = code * 16 + Number.parseInt(this.text.charAt(this.at++), 16);
    }
    return String.fromCharCode(code);
  }

  private peek(): string {
    if (this.atEnd) throw new JsonSyntaxError('unexpected EOF');
    return this.text.charAt(this.at);
  }

  private take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at++;
    return true;
  }

  /** Like take, but the end of the body is no error: a number may end there. */
  private takeIfAny(chars: string): boolean {
    if (this.atEnd || !chars.includes(this.text.charAt(this.at))) return false;
    this.at++;
    return true;
  }

  private fail(where: string): never {
    throw new JsonSyntaxError(`invalid character ${quoteByte(this.peek())} ${where}`);
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** A byte in single quotes, with Go's escapes. */
function quoteByte(char: string): string {
  if (char === "'") return String.raw`'\''`;
  if (char === '"') return `'"'`;
  const escaped = JSON.stringify(char).slice(1, -1);
  const code = char.charCodeAt(0);
  if (escaped.startsWith(String.raw`\u`)) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return `'${escaped}'`;
}
