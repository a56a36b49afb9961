import { randomUUID } from 'node:crypto';
import { recallOne } from '../alert-book.ts';
import type { SlackOperations } from '../channels/slack/take-slack-action.ts';
import type { OccurParts } from '../incidents/occur.ts';
import { acknowledge, silenceFor } from '../incidents/operations.ts';

/** What the buttons under a message of Slack do. What is over already needs nothing. */
export function slackOperations(parts: OccurParts, now: number): SlackOperations {
  return {
    claim: (name, ms) => parts.state.hold(name, randomUUID(), ms),
    async acknowledge(incidentId, by) {
      await acknowledge(parts, incidentId, by, now);
    },
    async silence(incidentId, author, ms) {
      const incident = (await recallOne(parts.state, 'incident', incidentId))?.value;
      if (!incident) return;
      const { project, labels, rule } = incident;
      const matchers = { ...labels, rule: rule.id };
      await silenceFor(parts, { project, matchers, endsAt: now + ms, author, comment: 'by a button in Slack', incident: incidentId }, now);
    },
  };
}
