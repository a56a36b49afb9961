import { openaiBridge } from '../tools/openai-bridge.ts';

/** The person's id as the host says it, if it does: ChatGPT tells a widget none. Never a name or an address. */
export function hostUser(): string | undefined {
  const { user, userId } = (openaiBridge() ?? {}) as { user?: { id?: unknown } | null; userId?: unknown };
  const id = user?.id ?? userId;
  return typeof id === 'string' && id && !id.includes('@') ? id : undefined;
}
