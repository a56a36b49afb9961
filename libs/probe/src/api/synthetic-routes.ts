import type { RouteDescription } from '#platform';
import * as answers from './answers.ts';
import * as parameters from './parameters.ts';

const at = (path: string) => `/api/synthetic${path}`;
const none = {};
const ofMonitor = { id: { description: 'Of the monitor' } };
const ofFile = { 409: 'read_only: the monitor stands in the configuration file; conflict: somebody else changed it at the same moment' };
const changing = { query: parameters.changeParameters };

/** What people and programs ask about audited pages, as it is described to them. */
export const syntheticRoutes: readonly RouteDescription[] = [
  {
    ...{ path: at('/monitors'), id: 'listMonitors', summary: 'Pages that are audited by schedule, and how the last visit went' },
    ...{ pathParameters: none, query: parameters.oneParameters, answer: answers.monitorListAnswer },
  },
  {
    ...{ path: at('/monitors/{id}'), id: 'monitor', summary: 'One page with its history, and what its visitors had beside it' },
    ...{ pathParameters: ofMonitor, query: parameters.monitorParameters, answer: answers.monitorDetailAnswer },
  },
  {
    ...{
      path: at('/monitors'),
      method: 'post',
      id: 'putMonitor',
      summary: 'Makes a monitor or changes it',
      pathParameters: none,
      ...changing,
    },
    ...{ body: parameters.monitorBody, answer: answers.monitorChangedAnswer, refusals: ofFile },
  },
  {
    ...{
      path: at('/monitors/{id}'),
      method: 'delete',
      id: 'removeMonitor',
      summary: 'Visits the page no longer; what is known of it stays',
    },
    ...{ pathParameters: ofMonitor, ...changing, answer: answers.monitorGoneAnswer, refusals: ofFile },
  },
  {
    ...{ path: at('/monitors/{id}/visit'), method: 'post', id: 'visitPage', summary: 'Visits the page now, before everything scheduled' },
    ...{ pathParameters: ofMonitor, ...changing, answer: answers.askedAnswer },
  },
  {
    ...{ path: at('/monitors/from-field'), method: 'post', id: 'monitorsFromField', pathParameters: none, ...changing },
    ...{ summary: 'Makes monitors of the routes with the most loads that were not good', body: parameters.fromFieldBody },
    answer: answers.fromFieldAnswer,
  },
];
