// A server with no tracer, configured by its environment alone: `node alone-app.ts ends|waits|handles|rejects|flushes`.
import { initializeAPM, instrumentMCPTool } from '../src/index.ts';

const tool = instrumentMCPTool('search', async () => ({ content: [] }));
const forever = () => setInterval(() => {}, 60_000);

async function waits(): Promise<void> {
  await tool();
  forever();
  process.stdout.write('ready');
}

const scenes = new Map([
  ['ends', async () => void (await tool())],
  ['waits', waits],
  [
    'flushes',
    async () => {
      const apm = initializeAPM({ exitTimeout: 0 });
      await tool();
      await apm.flush();
      process.stdout.write('flushed');
    },
  ],
  [
    'handles',
    async () => {
      let signals = 0;
      process.on('SIGTERM', () => {
        signals++;
        setTimeout(() => process.exit(6 + signals), 500);
      });
      await waits();
    },
  ],
  ['rejects', async () => void instrumentMCPTool('book', () => Promise.reject(new Error('nobody listens')))()],
]);
await scenes.get(process.argv[2] ?? '')?.();
