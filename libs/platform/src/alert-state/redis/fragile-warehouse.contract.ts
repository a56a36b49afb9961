import { type InsertBlock, type Question, Warehouse, WarehouseBusy } from '../../warehouse/warehouse.ts';

/** A warehouse that can be away, and tells when it has stored a block or is about to answer. */
export class FragileWarehouse extends Warehouse {
  away = false;
  afterInsert: () => void = () => {};
  beforeAnswer: () => Promise<void> = async () => {};

  constructor(private readonly warehouse: Warehouse) {
    super();
  }

  async insert(block: InsertBlock): Promise<void> {
    this.#assertThere();
    await this.warehouse.insert(block);
    this.afterInsert();
  }

  async ask<Row extends object>(question: Question): Promise<Row[]> {
    this.#assertThere();
    const rows = await this.warehouse.ask<Row>(question);
    await this.beforeAnswer();
    return rows;
  }

  run(sql: string): Promise<void> {
    return this.warehouse.run(sql);
  }

  /** The other one is closed by whoever opened it. */
  async close(): Promise<void> {}

  #assertThere(): void {
    if (this.away) throw new WarehouseBusy('the warehouse is away');
  }
}
