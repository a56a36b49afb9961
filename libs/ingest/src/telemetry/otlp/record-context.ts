import type { Attributes, AttributeValue, Origin } from '../telemetry-batch.ts';
import { firstText, noNames } from './plain-value.ts';
import type { Resource, Scope } from './resource-groups.ts';

/** What all records of one library in one resource have in common. */
export interface RecordContext {
  readonly origin: Origin;
  /** Of the resource and the library, which stand on each record. */
  readonly shared: Attributes;
  readonly resource: Attributes;
}

const environmentNames = ['deployment.environment.name', 'deployment.environment'] as const;
/** Where a record is from; all that an SDK finds out about its machine would be longer than the record. */
const keptOfResource =
  /^(?:service\.(?:namespace|instance\.id)|host\.name|container\.name|k8s\.(?:cluster|namespace|deployment|statefulset|daemonset|node|pod|container)\.name|cloud\.(?:provider|region|availability_zone)|faas\.name|telemetry\.sdk\.language|browser\.(?:platform|mobile|language)|device\.model\.identifier|os\.type)$/;

export function originOf(resource: Resource | undefined): Origin {
  const attributes = resource?.attributes ?? {};
  return {
    service: firstText(attributes, ['service.name']),
    env: firstText(attributes, environmentNames),
    release: firstText(attributes, ['service.version']),
    sessionId: firstText(attributes, ['session.id']),
  };
}

export function contextOf(origin: Origin, resource: Resource | undefined, scope: Scope | undefined): RecordContext {
  const shared = noNames<AttributeValue>();
  const attributes = resource?.attributes ?? {};
  for (const name in attributes) if (keptOfResource.test(name)) shared[name] = attributes[name]!;
  if (scope?.name) shared['otel.scope.name'] = scope.name;
  if (scope?.version) shared['otel.scope.version'] = scope.version;
  return { origin, shared, resource: attributes };
}

/** The attributes of a record, to be added to, with those it shares; what it says itself counts. */
export function withShared(own: Attributes, { shared }: RecordContext): Record<string, AttributeValue> {
  const all = own as Record<string, AttributeValue>;
  for (const name in shared) all[name] ??= shared[name]!;
  return all;
}

/** A list that is shorter than the limit when it is written with what is between its parts. */
export function joinedWithin(parts: readonly string[], between: string, limit: number): string {
  let text = '';
  for (const part of parts) {
    const longer = text === '' ? part : text + between + part;
    if (longer.length > limit) break;
    text = longer;
  }
  return text;
}
