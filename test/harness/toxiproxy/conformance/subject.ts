/** The server a conformance suite talks to. */
export interface Subject {
  /** Begins the titles of its tests. */
  readonly name: string;
  /** Known once the server is up. */
  readonly url: () => string;
}
