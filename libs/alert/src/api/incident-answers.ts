import type { z } from 'zod';
import type { Incident } from '../incidents/incident.ts';
import type { DeliveryRow } from '../journal/delivery-rows.ts';
import { stateOfIncident } from '../journal/incident-rows.ts';
import type { deliveryListAnswer, incidentListAnswer } from './answers.ts';

export type IncidentAnswer = z.output<typeof incidentListAnswer>['data'][number];
export type DeliveryAnswer = z.output<typeof deliveryListAnswer>['data'][number];

export function incidentAnswerOf(incident: Incident): IncidentAnswer {
  const { id, project, rule, labels, severity, held, openedAt, detectedAt, resolvedAt, reason } = incident;
  const { headline, measure, peak, acknowledged, channels } = incident;
  return {
    ...{ id, project, rule, labels, severity, state: stateOfIncident(incident), held, openedAt, detectedAt, resolvedAt, reason },
    ...{ headline, measure, peak, acknowledged, channels: [...channels] },
  };
}

export function deliveryAnswerOf({ id, createdAt, state, pending, attempts }: DeliveryRow): DeliveryAnswer {
  const { delivery, insteadOf = null } = pending;
  const { channel, seq, notice } = delivery;
  const { kind, severity, reason } = notice;
  return {
    ...{ id, incident: notice.incident.id, channel, kind, seq, severity, createdAt, state, insteadOf, reason },
    attempts: [...attempts],
  };
}
