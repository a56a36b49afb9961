import type { Failure } from '../grounds/ground.ts';
import { redactText } from '../params/redact.ts';

const longestMessage = 256;
const longestStack = 4_096;
const longestType = 64;

/** Of something that was thrown. The type is a JSON-RPC code where it has one, else its class. */
export function failureOfThrown(thrown: unknown): Failure {
  const { name, code, message, stack } = (thrown ?? {}) as { name?: unknown; code?: unknown; message?: unknown; stack?: unknown };
  const type = Number.isInteger(code) ? String(code) : typeof name === 'string' && name ? name : typeof thrown;
  return {
    type: type.slice(0, longestType),
    message: redactText(typeof message === 'string' ? message : String(thrown), longestMessage),
    stack: typeof stack === 'string' ? redactText(stack, longestStack) : undefined,
  };
}

/** Of a result with `isError`; `cause` is what the tool threw, where the server made a result of it. */
export function failureOfResult(result: object, cause: unknown): Failure {
  const { content } = result as { content?: unknown };
  const text = Array.isArray(content) ? content.find((part) => part?.type === 'text')?.text : undefined;
  return {
    type: 'tool_error',
    message: typeof text === 'string' ? redactText(text, longestMessage) : undefined,
    stack: cause === undefined ? undefined : failureOfThrown(cause).stack,
  };
}

/** The code of a JSON-RPC error, where one was thrown. */
export function rpcCodeOf(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return Number.isInteger(code) ? String(code) : undefined;
}
