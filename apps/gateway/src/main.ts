import { followKeys, IntakeGate, IntakeModule } from '#ingest';
import { ConfigurationError, run } from '#platform';

await run({
  name: 'gateway',
  needs: { stream: true },
  drains: true,
  sideDoors: true,
  modules({ config, environment }) {
    const { identitySecret } = environment.cluster;
    if (!identitySecret)
      throw new ConfigurationError(
        'BEACONHOUSE_IDENTITY_SECRET is missing: every gateway needs the same one. Make it once with: openssl rand -hex 32',
      );
    return [IntakeModule.forRoot({ config, identitySecret, readsIdsBack: false })];
  },
  started: ({ environment, platform, log }, get) => followKeys(environment.configPath, platform.clock, get(IntakeGate), log),
});
