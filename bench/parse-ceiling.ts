// A process of its own: Fastify that parses the same body and answers, and does nothing else. The floor of what taking beacons costs.
import fastify from 'fastify';

const app = fastify();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
  done(null, JSON.parse(body as string));
});
app.post('/api/rum-metrics', async (_request, reply) => reply.status(204).send());
process.stdout.write(`${await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })}\n`);
