import type { RouteDescription } from '#platform';
import * as answers from './apm-answers.ts';
import * as parameters from './apm-parameters.ts';

const none = {};

/** What people and programs ask about servers, as it is described to them. */
export const apmRoutes: readonly RouteDescription[] = [
  {
    ...{ path: '/api/traces', id: 'listTraces', summary: 'Spans that enter a service, and the traces they are in; for windows up to 7d' },
    ...{ pathParameters: none, query: parameters.traceListParameters, answer: answers.traceListAnswer },
  },
  {
    ...{ path: '/api/traces/{id}', id: 'trace', summary: 'One trace as a tree: what browsers measured and servers did, and their logs' },
    ...{
      pathParameters: { id: { description: 'W3C trace id, 32 hex digits' } },
      query: parameters.traceParameters,
      answer: answers.traceAnswer,
    },
  },
  {
    ...{ path: '/api/services', id: 'listServices', summary: 'Services by what they are asked: rate, errors, percentiles' },
    ...{ pathParameters: none, query: parameters.serviceListParameters, answer: answers.serviceListAnswer },
  },
  {
    ...{ path: '/api/services/{service}/routes', id: 'serviceRoutes', summary: 'The same by route of one service' },
    ...{
      pathParameters: { service: { description: 'Service' } },
      query: parameters.serviceRoutesParameters,
      answer: answers.serviceRoutesAnswer,
    },
  },
  {
    ...{ path: '/api/tools', id: 'listTools', summary: 'MCP tools as widgets saw them called and as servers did the work' },
    ...{ pathParameters: none, query: parameters.toolListParameters, answer: answers.toolListAnswer },
  },
  {
    ...{ path: '/api/exemplars', id: 'exemplars', summary: 'Traces whose value is nearest to a percentile; for windows up to 7d' },
    ...{ pathParameters: none, query: parameters.exemplarParameters, answer: answers.exemplarAnswer },
  },
];
