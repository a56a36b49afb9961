import { EmbeddedWarehouse, openChdbEngine, SystemClock, type Warehouse } from '#platform';

/** The warehouse of a data folder that nobody has open. */
export async function openFolderWarehouse(
  dataDir: string,
): Promise<{ readonly warehouse: Warehouse; readonly close: () => Promise<void> }> {
  const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
  return { warehouse, close: () => warehouse.close() };
}
