/** A request that is not done; its message is what clients show, and some know it by. */
export class LhciRefusal extends Error {
  override readonly name = 'LhciRefusal';
  constructor(
    readonly statusCode: 403 | 404 | 422 | 503,
    message: string,
  ) {
    super(message);
  }
}
