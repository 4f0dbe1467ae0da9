/**
 * The escaping template: whatever is put into `html` is text and becomes escaped, unless it is
 * markup that was itself made by `html`. There is no other way to make markup.
 */

/** Markup that is safe to put into a page. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | readonly Content[];

/** Makes markup of a template; every value is escaped, lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = unindented(parts[0]);
  values.forEach((value, index) => {
    text += render(value) + unindented(parts[index + 1]);
  });
  return new Markup(text);
}

/**
 * The template's own indentation is for its readers; in a long report it would be most of the
 * bytes.
 */
function unindented(part: string | undefined): string {
  return (part ?? '').replaceAll(/\n\s+/g, '\n');
}

export const nothing: Markup = new Markup('');

function render(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and inside a quoted attribute. Control characters become visible. */
export function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '\uFFFD')
      .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
  );
}
