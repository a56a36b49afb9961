/** One figure over the runs of one page in a build. */
export interface LhciStatistic {
  readonly tenant: string;
  readonly projectId: string;
  readonly buildId: string;
  readonly url: string;
  /** Such as `category_performance_median`. */
  readonly name: string;
  /** -1: there is nothing to tell. */
  readonly value: number;
  readonly createdAt: number;
  readonly version: number;
}
