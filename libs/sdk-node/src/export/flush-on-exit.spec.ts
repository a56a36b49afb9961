import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../../testing/otlp-receiver.ts';
import { type AppRun, runApp } from '../../testing/run-app.ts';

describe('the end of a process', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(async () => {
    await receiver.close();
    expect(receiver.faults).toEqual([]);
  });

  function run(what: string): Promise<AppRun> {
    const env = { BEACONHOUSE_URL: receiver.url, BEACONHOUSE_KEY: 'sk_1', OTEL_SERVICE_NAME: 'fitness', NODE_ENV: 'staging' };
    const onOutput = (text: string, kill: (signal: NodeJS.Signals) => void) => {
      if (text === 'ready') kill('SIGTERM');
    };
    return runApp('alone-app.ts', { args: [what], env, onOutput });
  }

  it('by itself waits for what has not left, which has its service from the environment', async () => {
    expect(await run('ends')).toEqual({ code: 0, signal: null, output: '' });
    expect(receiver.spans.map(({ name }) => name)).toEqual(['tools/call search']);
    expect(receiver.spans[0]?.resource).toMatchObject({ 'service.name': 'fitness', 'deployment.environment.name': 'staging' });
    expect(receiver.metrics.map(({ name }) => name)).toContain('process.memory.usage');
    expect(new Set(receiver.requests.map(({ key }) => key))).toEqual(new Set(['sk_1']));
  });

  it('by itself does not come before a flush that is awaited', async () => {
    expect(await run('flushes')).toEqual({ code: 0, signal: null, output: 'flushed' });
    expect(receiver.spans).toHaveLength(1);
  });

  it('by SIGTERM flushes, and is still one by SIGTERM', async () => {
    expect(await run('waits')).toEqual({ code: null, signal: 'SIGTERM', output: 'ready' });
    expect(receiver.spans).toHaveLength(1);
  });

  it('by SIGTERM is the app’s to decide, where it listens, which hears of it once', async () => {
    expect(await run('handles')).toEqual({ code: 7, signal: null, output: 'ready' });
    expect(receiver.spans).toHaveLength(1);
  });

  it.each(['ends', 'waits'])('comes although the house never answers: %s', async (what) => {
    receiver.answer({ status: 200, hang: true }, { status: 200, hang: true });
    expect(await run(what)).toMatchObject(what === 'ends' ? { code: 0 } : { signal: 'SIGTERM' });
    expect(receiver.spans).toEqual([]);
  });

  it('by a rejection that nobody handles is still one by the app’s error', async () => {
    const { code, output } = await run('rejects');
    expect(code).toBe(1);
    expect(output).toMatch(/Error: nobody listens/);
  });
});
