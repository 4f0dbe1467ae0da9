/** The server a conformance suite talks to. */
export interface Subject {
  readonly name: string;
  /** The embedded server keeps promises that Toxiproxy does not; a few tests are about those. */
  readonly isEmbedded: boolean;
  readonly url: () => string;
}
