import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { patientChart } from './patient-chart.ts';

const chart = { png: Buffer.from('png'), alt: 'a chart' };
const running = new AbortController().signal;

function logOf() {
  const lines: string[] = [];
  return { lines, log: pino({}, { write: (line: string) => void lines.push(line) }) };
}

describe('the chart of a notice', () => {
  it('is made when somebody asks for it, once', async () => {
    let made = 0;
    const ask = patientChart(() => Promise.resolve({ ...chart, alt: `made ${++made}` }), { signal: running, ...logOf() });
    expect(made).toBe(0);
    expect([(await ask())?.alt, (await ask())?.alt]).toEqual(['made 1', 'made 1']);
  });

  it('is none where it fails, and that is logged', async () => {
    const { lines, log } = logOf();
    const ask = patientChart(() => Promise.reject(new Error('no warehouse')), { signal: running, log });
    expect(await ask()).toBeNull();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('no warehouse');
  });

  it('is none where it takes too long, and whoever makes it is told', async () => {
    const { lines, log } = logOf();
    let told: AbortSignal | undefined;
    const endless = (signal: AbortSignal) => {
      told = signal;
      return new Promise<null>(() => {});
    };
    const ask = patientChart(endless, { signal: running, log, patienceMs: 20 });
    expect([await ask(), told!.aborted, lines.length]).toEqual([null, true, 1]);
  });

  it('is none where the process ends, and nothing is said of it', async () => {
    const { lines, log } = logOf();
    const ending = new AbortController();
    const ask = patientChart(() => new Promise(() => {}), { signal: ending.signal, log });
    const asked = ask();
    ending.abort(new Error('the end'));
    expect([await asked, lines]).toEqual([null, []]);
  });
});
