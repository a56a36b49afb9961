import type { AssertionResult } from '../assertions/assertion-result.ts';
import { comparisonLines } from './comparison-lines.ts';
import { type FlowReport, type GateReport, type PageReport, stepPath } from './gate-report.ts';
import { failedFirst, sortedResults } from './report-text.ts';
import { findingOf, rangeOf, resultWord } from './result-line.ts';

/** One test case for each limit. Warnings are no failures there; they are said in the case's output. */
export function reportJunit({ pages, flows }: GateReport): string {
  const suites = [...pages.map(pageSuite), ...flows.map(flowSuite)];
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="beaconhouse gate">', ...suites, '</testsuites>', ''].join('\n');
}

interface Case {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly xml: string;
}

function flowSuite(flow: FlowReport): string {
  const { name, steps, failure } = flow;
  const asserted = steps.flatMap((step) => assertedCases(stepPath(flow, step), failedFirst(step.results)));
  return suite(`flow ${name}`, [...(failure === null ? [] : [error(name, failure.message)]), ...asserted]);
}

function assertedCases(path: string, results: readonly AssertionResult[]): Case[] {
  return results.map((result): Case => {
    const said = `${findingOf(result)}${rangeOf(result)}`;
    const name = `${result.label} ${result.name}`;
    if (resultWord(result) === 'FAILED') return failed(path, name, said);
    const output = resultWord(result) === 'WARNING' ? `<system-out>warning: ${escaped(said)}</system-out>` : '';
    return { kind: 'passed', xml: `    <testcase classname="${escaped(path)}" name="${escaped(name)}">${output}</testcase>` };
  });
}

function pageSuite({ path, results, comparison, failure }: PageReport): string {
  const scores = results.filter((result) => !sortedResults(results).includes(result));
  const asserted = assertedCases(path, [...sortedResults(results), ...scores]);
  const regressed = comparison?.verdict === 'regressed' ? [failed(path, 'against the base', comparisonLines(comparison).join('; '))] : [];
  const uncompared = comparison?.notCompared === undefined ? [] : [skipped(path, 'against the base', comparison.notCompared)];
  return suite(path, [...(failure === null ? [] : [error(path, failure.message)]), ...regressed, ...uncompared, ...asserted]);
}

function suite(name: string, cases: readonly Case[]): string {
  const count = (kind: Case['kind']) => cases.filter((each) => each.kind === kind).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return [`  <testsuite name="${escaped(name)}" ${counts}>`, ...cases.map(({ xml }) => xml), '  </testsuite>'].join('\n');
}

const failed = (path: string, name: string, message: string): Case => ({
  kind: 'failure',
  xml: `    <testcase classname="${escaped(path)}" name="${escaped(name)}"><failure message="${escaped(message)}"/></testcase>`,
});

const skipped = (path: string, name: string, message: string): Case => ({
  kind: 'skipped',
  xml: `    <testcase classname="${escaped(path)}" name="${escaped(name)}"><skipped message="${escaped(message)}"/></testcase>`,
});

const error = (path: string, message: string): Case => ({
  kind: 'error',
  xml: `    <testcase classname="${escaped(path)}" name="measured"><error message="${escaped(message)}"/></testcase>`,
});

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Control characters are no XML at all. */
const escaped = (text: string) =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '').replace(/[&<>"']/g, (character) => entities[character]!);
