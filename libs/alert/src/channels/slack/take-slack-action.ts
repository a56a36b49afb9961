import { readSlackAction } from './slack-action.ts';
import { type Headers, verifySlack } from './slack-signature.ts';

/** What buttons do. Each rejects where it could not be done. */
export interface SlackOperations {
  /** Whether nobody had this name in the last so many milliseconds, in all of the house: `AlertState.hold` by a new holder says it. */
  claim(name: string, ms: number): Promise<boolean>;
  /** `by`: a person, for people. */
  acknowledge(incidentId: string, by: string): Promise<void>;
  silence(incidentId: string, by: string, ms: number): Promise<void>;
}

/** The answer to Slack, with an empty body. */
export interface SlackAnswer {
  readonly status: 200 | 400 | 401 | 503;
  /** For the log; of a refusal. */
  readonly reason?: string;
}

/** A request is good for five minutes to either side. */
const rememberedMs = 11 * 60_000;
const hourMs = 3_600_000;
/** Slack shows a warning to whoever pressed the button after three seconds. */
const mostMs = 2_500;

/**
 * Does what somebody pressed in Slack. A request that comes a second time has no second effect. What is not done in time is answered 503, and
 * may be done later. Rejects where an operation does.
 */
export async function takeSlackAction(
  rawBody: Uint8Array,
  headers: Headers,
  now: number,
  secret: string,
  operations: SlackOperations,
): Promise<SlackAnswer> {
  const verified = verifySlack(rawBody, headers, now, secret);
  if (!verified.ok) return { status: 401, reason: verified.reason };
  const pressed = readSlackAction(rawBody);
  if (!pressed) return { status: 400, reason: 'it is no action of Slack' };
  if (pressed.action === 'none') return { status: 200 };
  const { action, incidentId, user } = pressed;
  const work = async (): Promise<SlackAnswer> => {
    if (!(await operations.claim(`slack-action-${verified.signature}`, rememberedMs))) return { status: 200 };
    const by = `${user.name} (Slack ${user.id})`;
    await (action === 'acknowledge' ? operations.acknowledge(incidentId, by) : operations.silence(incidentId, by, hourMs));
    return { status: 200 };
  };
  return within(mostMs, work(), { status: 503, reason: 'it was not done in time' });
}

async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
