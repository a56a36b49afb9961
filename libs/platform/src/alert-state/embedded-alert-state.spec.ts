import { openTemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { SystemClock } from '../clock/system-clock.ts';
import { alertStateContract } from './alert-state.contract.ts';
import { EmbeddedAlertState } from './embedded-alert-state.ts';

alertStateContract('EmbeddedAlertState', async () => {
  const { warehouse, close } = await openTemporaryWarehouse();
  return { warehouse, open: async () => new EmbeddedAlertState(warehouse, new SystemClock()), dispose: close };
});
