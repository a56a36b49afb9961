export interface ResponseSize {
  /** Of the JSON in UTF-8. */
  readonly bytes: number;
  /** An estimate: a token is about four bytes. */
  readonly tokens: number;
}

const bytesPerToken = 4;

/** Undefined for what has no JSON: nothing, a cycle, a BigInt. */
export function responseSize(result: unknown): ResponseSize | undefined {
  try {
    const json = JSON.stringify(result);
    if (json === undefined) return undefined;
    const bytes = Buffer.byteLength(json);
    return { bytes, tokens: Math.ceil(bytes / bytesPerToken) };
  } catch {
    return undefined;
  }
}
