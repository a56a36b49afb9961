/** Where a command's words go: results to stdout, everything said meanwhile to stderr, so that a pipe gets results only. */
export class Output {
  #progressShown = false;

  constructor(
    private readonly json: boolean,
    private readonly stdout: NodeJS.WritableStream,
    private readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean },
  ) {}

  /** The outcome, once: as text for people or as one JSON document for programs. */
  result(text: string, data: unknown): void {
    this.#clearProgress();
    this.stdout.write(this.json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
  }

  note(text: string): void {
    this.#clearProgress();
    this.stderr.write(`${text}\n`);
  }

  /** One line that overwrites itself; nothing where nobody watches. */
  progress(text: string): void {
    if (!this.stderr.isTTY) return;
    this.stderr.write(`\r\u001b[K${text}`);
    this.#progressShown = true;
  }

  #clearProgress(): void {
    if (this.#progressShown) this.stderr.write('\r\u001b[K');
    this.#progressShown = false;
  }
}
