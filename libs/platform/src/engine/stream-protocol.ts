/** What the engine's thread and a stream's thread say to each other: one request, one reply, one stream at a time. */
export interface StreamWorkerData {
  readonly path: string;
  readonly connectionArgs: string[];
}

export type StreamRequest =
  /** Answered with the first piece. */
  | { readonly kind: 'start'; readonly setup: string; readonly sql: string; readonly format: string }
  | { readonly kind: 'next' }
  | { readonly kind: 'cancel' }
  /** Not answered: the thread ends. */
  | { readonly kind: 'end' };

export type StreamReply =
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string }
  /** The engine streams SELECT only; nothing was computed. */
  | { readonly kind: 'not-streamable'; readonly message: string };
