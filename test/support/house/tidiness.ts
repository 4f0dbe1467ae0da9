/**
 * What can be told of the tidiness of a source from its text alone: comments, classes, long lines,
 * and the names that comments rely on. No parser: lines and words.
 */

/** A comment, or a part of one, on one line. */
export interface CommentLine {
  readonly line: number;
  readonly text: string;
}

/** Lines that are comments and nothing else; what stands behind code is not among them. */
export function commentLines(source: string): CommentLine[] {
  let inBlock = false;
  return source.split('\n').flatMap((text, i) => {
    const begins = /^\s*\/\*/.test(text);
    const isComment = inBlock || begins || /^\s*\/\//.test(text);
    if (begins || inBlock) inBlock = !text.includes('*/');
    return isComment ? [{ line: i + 1, text }] : [];
  });
}

/** The source without the lines that are comments. */
export function codeOf(source: string): string {
  const comments = new Set(commentLines(source).map(({ line }) => line));
  return source
    .split('\n')
    .filter((_, i) => !comments.has(i + 1))
    .join('\n');
}

/** Lines over the columns that somebody could break: all but those with a long literal in them. */
export function longLines(source: string, columns: number): number[] {
  const comments = new Set(commentLines(source).map(({ line }) => line));
  return source.split('\n').flatMap((text, i) => {
    if (text.length <= columns) return [];
    const hasLiteral = /['"`/].{30,}/.test(text);
    return comments.has(i + 1) || !hasLiteral ? [i + 1] : [];
  });
}

export interface ClassLength {
  readonly name: string;
  readonly lines: number;
}

/** Classes at the top level with their lengths in lines. */
export function classLengths(source: string): ClassLength[] {
  const found: ClassLength[] = [];
  let open: { readonly name: string; readonly from: number } | null = null;
  for (const [i, text] of source.split('\n').entries()) {
    const name = /^(?:export )?(?:abstract )?class (\w+)/.exec(text)?.[1];
    if (name !== undefined) open = { name, from: i };
    if (text !== '}' || open === null) continue;
    found.push({ name: open.name, lines: i - open.from + 1 });
    open = null;
  }
  return found;
}

/** `void name;`: a statement that only hides that nobody uses the name. */
export function hiddenNames(source: string): string[] {
  return [...codeOf(source).matchAll(/^\s*void (\w+);/gm)].map((match) => match[1] ?? '');
}

/** Files that comments name: words that end like a source. */
export function filesNamed(source: string): string[] {
  return commentLines(source).flatMap(({ text }) =>
    [...text.matchAll(/(?<![\w*/.-])((?:[\w.-]+\/)*[\w.-]*\w\.ts)\b/g)].map((match) =>
      (match[1] ?? '').replace(/^(?:\.\.?\/)+/, ''),
    ),
  );
}

/** Comments whole: lines of them that follow each other. */
function wholeComments(source: string): string[] {
  const whole: string[] = [];
  let last = -1;
  for (const { line, text } of commentLines(source)) {
    if (line === last + 1) whole.push(`${whole.pop() ?? ''}\n${text}`);
    else whole.push(text);
    last = line;
  }
  return whole;
}

/** Names of code in comments: in a link, or in back quotes with a capital inside. */
export function codeNamed(source: string): string[] {
  return wholeComments(source).flatMap((text) => {
    // What another system calls its own is not ours to find.
    if (/Flink|Kafka|Jepsen|Elle|Porcupine|Knossos|Toxiproxy/.test(text)) return [];
    const links = [...text.matchAll(/\{@link (\w+)/g)];
    const quoted = [...text.matchAll(/`([A-Za-z]+(?:\.[A-Za-z]+)*)(?:\(\))?`/g)];
    return [...links, ...quoted]
      .flatMap((match) => (match[1] ?? '').split('.'))
      .filter((name) => /[a-z][A-Z]/.test(name));
  });
}
