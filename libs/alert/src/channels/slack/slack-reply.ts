import { showMeasure } from '#contracts';
import type { Notice } from '../../notices/notice.ts';
import { firstLine, lengthOf, oneLine } from '../../notices/notice-text.ts';
import { escapedText } from './slack-text.ts';

export interface SlackReply {
  /** Escaped. */
  readonly text: string;
  /** Shown in the channel too: nobody is notified that a message was edited. */
  readonly broadcast: boolean;
}

const mostUnits = 1_000;

/** What is said in the thread of a message beside its being edited; null where that is enough. */
export function slackReply(notice: Notice): SlackReply | null {
  const said = saidOf(notice);
  return said === null
    ? null
    : { text: escapedText(oneLine(said), mostUnits), broadcast: notice.kind === 'escalate' || notice.kind === 'trigger' };
}

function saidOf(notice: Notice): string | null {
  const { kind, severity, severityBefore, reason, incident, at } = notice;
  switch (kind) {
    case 'trigger':
      return `${reason === '' ? 'Open again' : sentence(reason)}: ${firstLine(notice)}`;
    case 'escalate':
      return `Now ${severity}${severityBefore ? `, was ${severityBefore}` : ''}: ${firstLine(notice)}`;
    case 'resolve':
      if (incident.resolvedAt === undefined) return `Now ${severity}: not told here any more`;
      return `Resolved after ${lengthOf(incident.resolvedAt - incident.openedAt)}${reason === '' ? '' : `: ${reason}`}`;
    case 'remind':
      return `Still open after ${lengthOf(at - incident.openedAt)}${worstOf(notice)}`;
    case 'update':
      return reason === 'flapping' ? 'Flapping: it ends and comes back, and stays open until it is stable' : null;
    case 'deescalate':
    case 'ack':
    case 'test':
      return null;
  }
}

const worstOf = ({ measure, incident: { peak } }: Notice) =>
  measure && peak !== undefined ? `, at worst ${showMeasure(peak, measure.unit)}` : '';

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
