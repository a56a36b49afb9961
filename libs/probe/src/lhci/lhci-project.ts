/** A project of Lighthouse CI. Moments are milliseconds since 1970. */
export interface LhciProject {
  /** Project of the house that it belongs to: nothing of it is ever found under another one. */
  readonly tenant: string;
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly externalUrl: string;
  /** Others are compared with it. */
  readonly baseBranch: string;
  /** Of the token that adds builds, hex. */
  readonly buildTokenSha256: string;
  /** Of the token that changes and deletes, hex; its key is the id. */
  readonly adminTokenHmac: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}
