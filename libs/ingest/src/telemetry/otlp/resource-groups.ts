// The fields of opentelemetry-proto (Apache-2.0) that are read; opentelemetry/proto/{common,resource}/v1/*.proto there have their numbers.
import type { Attributes } from '../telemetry-batch.ts';
import { type Message, message } from './message.ts';
import { noNames } from './plain-value.ts';

/** Whoever made the records below it. */
export interface Resource {
  attributes: Attributes;
}

/** The library that made them. */
export interface Scope {
  name: string;
  version: string;
}

const resource = message<Resource>(() => ({ attributes: noNames() }), { attributes: [1, 'attributes'] });
const scope = message<Scope>(() => ({ name: '', version: '' }), { name: [1, 'text'], version: [2, 'text'] });

/** Records of one library. */
interface ScopeGroup<T> {
  scope: Scope | undefined;
  records: T[];
}

/** Records of one resource. */
export interface ResourceGroup<T> {
  resource: Resource | undefined;
  scopes: ScopeGroup<T>[];
}

/** One request of any signal. */
export interface OtlpRequest<T> {
  groups: ResourceGroup<T>[];
}

/** Requests of all signals are made alike; only the names of the three levels are others. */
export function requestOf<T extends object>(
  record: Message<T>,
  [groups, scopes, records]: readonly [groups: string, scopes: string, records: string],
): Message<OtlpRequest<T>> {
  const scopeGroup = message<ScopeGroup<T>>(() => ({ scope: undefined, records: [] }), {
    scope: [1, { one: scope }],
    records: [2, { many: record }, records],
  });
  const resourceGroup = message<ResourceGroup<T>>(() => ({ resource: undefined, scopes: [] }), {
    resource: [1, { one: resource }],
    scopes: [2, { many: scopeGroup }, scopes],
  });
  return message<OtlpRequest<T>>(() => ({ groups: [] }), { groups: [1, { many: resourceGroup }, groups] });
}
