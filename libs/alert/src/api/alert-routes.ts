import type { RouteDescription } from '#platform';
import * as answers from './answers.ts';
import { backtestAnswer } from './backtest-answer.ts';
import * as parameters from './parameters.ts';

const at = (path: string) => `/api/alerts${path}`;
const none = {};
const ofIncident = { id: { description: 'Of the incident, as lists and notices name it' } };
const ofRule = { id: { description: 'Of the rule' } };
const ofFile = { 409: 'read_only: the rule stands in the configuration file; copy to edit' };
const slow = { 429: 'quota_exceeded: it was tested a moment ago' };
const changing = { query: parameters.changeParameters };
const one = { query: parameters.oneParameters };

/** What people and programs ask about alerts, as it is described to them. */
const questions: readonly RouteDescription[] = [
  {
    ...{ path: at('/rules'), id: 'listRules', summary: 'Rules of the project, of the file and made here' },
    ...{ pathParameters: none, query: parameters.ruleListParameters, answer: answers.ruleListAnswer },
  },
  { path: at('/rules/{id}'), id: 'rule', summary: 'One rule', pathParameters: ofRule, ...one, answer: answers.ruleAnswer },
  {
    ...{ path: at('/instances'), id: 'listInstances', summary: 'Rules and labels that are more than normal, or lately were' },
    ...{ pathParameters: none, query: parameters.instanceListParameters, answer: answers.instanceListAnswer },
  },
  {
    ...{ path: at('/incidents'), id: 'listIncidents', summary: 'Incidents, the newest first' },
    ...{ pathParameters: none, query: parameters.incidentListParameters, answer: answers.incidentListAnswer },
  },
  {
    ...{ path: at('/incidents/{id}'), id: 'incident', summary: 'One incident with all that happened to it' },
    ...{ pathParameters: ofIncident, ...one, answer: answers.incidentAnswer },
  },
  {
    ...{
      path: at('/incidents/{id}/chart.png'),
      id: 'incidentChart',
      summary: 'The chart of an incident: for who may read, or by an address that the house has signed',
    },
    ...{ pathParameters: ofIncident, query: parameters.chartParameters, answer: 'image/png' as const },
    refusals: { 403: 'forbidden: the signature is not one of this house, or has run out' },
  },
  {
    ...{ path: at('/rules/backtest'), method: 'post', changes: false, id: 'backtestRule', pathParameters: none, ...one },
    ...{
      summary: 'What a rule would have done, by what is stored; nothing is changed',
      body: parameters.backtestBody,
      answer: backtestAnswer,
    },
    refusals: { 429: 'quota_exceeded: another backtest is running, ask again after Retry-After' },
  },
  {
    ...{ path: at('/deliveries'), id: 'listDeliveries', summary: 'Notices, each to one channel with every attempt, the newest first' },
    ...{ pathParameters: none, query: parameters.deliveryListParameters, answer: answers.deliveryListAnswer },
  },
  {
    ...{ path: at('/channels'), id: 'listChannels', summary: 'Where incidents are told, and how that works; no secrets' },
    ...{ pathParameters: none, query: parameters.channelListParameters, answer: answers.channelListAnswer },
  },
  {
    ...{ path: at('/silences'), id: 'listSilences', summary: 'Silences, the last to begin first' },
    ...{ pathParameters: none, query: parameters.silenceListParameters, answer: answers.silenceListAnswer },
  },
  {
    ...{ path: at('/audit'), id: 'listAlertChanges', summary: 'Who changed what, the newest first' },
    ...{ pathParameters: none, query: parameters.auditParameters, answer: answers.auditAnswer },
  },
  {
    ...{ path: at('/quality'), id: 'alertQuality', summary: 'How often people are woken, and how often for nothing' },
    ...{ pathParameters: none, query: parameters.qualityParameters, answer: answers.qualityAnswer },
  },
];

const ruleChanges: readonly RouteDescription[] = [
  {
    ...{ path: at('/rules/{id}'), method: 'put', id: 'putRule', summary: 'Make or change a rule', pathParameters: ofRule, ...changing },
    ...{ body: parameters.ruleBody, answer: answers.ruleAnswer },
    refusals: {
      409: 'version_conflict, with the rule as it is now beside the error as current; read_only: it stands in the configuration file',
    },
  },
  {
    ...{ path: at('/rules/{id}'), method: 'delete', id: 'deleteRule', summary: 'Delete a rule; what it had opened is closed' },
    ...{ pathParameters: ofRule, query: parameters.ruleDeleteParameters, answer: answers.ruleAnswer },
    refusals: {
      409: 'version_conflict, with the rule as it is now beside the error as current; read_only: it stands in the configuration file',
    },
  },
  {
    ...{ path: at('/rules/{id}/copy'), method: 'post', id: 'copyRule', summary: 'Make a copy that can be changed; it is switched off' },
    ...{ pathParameters: ofRule, ...changing, body: parameters.copyBody, answer: answers.ruleAnswer },
    refusals: { 409: 'conflict: there is a rule of this name' },
  },
  {
    ...{ path: at('/rules/{id}/enable'), method: 'post', id: 'enableRule', summary: 'Switch a rule on' },
    ...{ pathParameters: ofRule, ...changing, answer: answers.ruleAnswer, refusals: ofFile },
  },
  {
    ...{ path: at('/rules/{id}/disable'), method: 'post', id: 'disableRule', summary: 'Switch a rule off; what it had opened is closed' },
    ...{ pathParameters: ofRule, ...changing, answer: answers.ruleAnswer, refusals: ofFile },
  },
  {
    ...{ path: at('/rules/{id}/test'), method: 'post', id: 'testRule', summary: 'Tell a test to everybody whom the rule would tell' },
    ...{ pathParameters: ofRule, ...changing, answer: answers.testAnswer, refusals: slow },
  },
];

const incidentChanges: readonly RouteDescription[] = [
  {
    ...{ path: at('/incidents/{id}/ack'), method: 'post', id: 'acknowledgeIncident' },
    ...{ summary: 'Say that somebody looks after it: no reminders for four hours', pathParameters: ofIncident, ...changing },
    answer: answers.operatedAnswer,
  },
  {
    ...{ path: at('/incidents/{id}/resolve'), method: 'post', id: 'resolveIncident' },
    ...{ summary: 'Say that it is over; where it is still broken it opens again', pathParameters: ofIncident, ...changing },
    answer: answers.operatedAnswer,
  },
  {
    ...{ path: at('/incidents/{id}/comment'), method: 'post', id: 'commentIncident', summary: 'Write something down with it' },
    ...{ pathParameters: ofIncident, ...changing, body: parameters.commentBody, answer: answers.operatedAnswer },
  },
];

const furtherChanges: readonly RouteDescription[] = [
  {
    ...{ path: at('/silences'), method: 'post', id: 'beginSilence', summary: 'Tell nobody of what matches, for a time' },
    ...{ pathParameters: none, ...changing, body: parameters.silenceBody, answer: answers.silenceAnswer },
    refusals: { 404: 'not_found: the incident that is named' },
  },
  {
    ...{
      path: at('/silences/{id}'),
      method: 'delete',
      id: 'endSilence',
      summary: 'End a silence; it stays in the list of those that ended',
    },
    ...{ pathParameters: { id: { description: 'Of the silence' } }, ...changing, answer: answers.silenceAnswer },
  },
  {
    ...{ path: at('/channels/{id}/test'), method: 'post', id: 'testChannel' },
    ...{
      summary: 'Tell a test to the channel, and show what its provider answered',
      pathParameters: { id: { description: 'Of the channel' } },
    },
    ...{ ...changing, answer: answers.testAnswer, refusals: slow },
  },
];

export const alertRoutes: readonly RouteDescription[] = [...questions, ...ruleChanges, ...incidentChanges, ...furtherChanges];
