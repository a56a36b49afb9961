/**
 * The engine writes Native blocks as for a client of revision 0. Clients that name a `client_protocol_version` expect the
 * block's header in front: field 1 is_overflows = 0, field 2 bucket = -1, end. From revision 54454 they also expect a flag
 * per column, which cannot be put in without knowing every type: the hello answer says 54453, and clickhouse-go reads on as
 * of that revision.
 */
const blockHeader = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
const flagPerColumn = 54_454;

export function withBlockHeader(block: Uint8Array, protocolVersion: number): Uint8Array {
  return protocolVersion > 0 && block.length > 0 ? Buffer.concat([blockHeader, block]) : block;
}

export interface HelloFacts {
  readonly displayName: string;
  readonly version: string;
  readonly revision: number;
  readonly timezone: string;
}

/** The answer to clickhouse-go's first question, one row in the revision that the client came with. */
export function helloBlock({ displayName, version, revision, timezone }: HelloFacts, protocolVersion: number): Uint8Array {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(revision);
  const columns: [string, string, Buffer][] = [
    ['displayName()', 'String', text(displayName)],
    ['version()', 'String', text(version)],
    ['revision()', 'UInt32', number],
    ['timezone()', 'String', text(timezone)],
  ];
  const flag = protocolVersion >= flagPerColumn ? [Buffer.from([0])] : [];
  const body = columns.flatMap(([name, type, value]) => [text(name), text(type), ...flag, value]);
  return withBlockHeader(Buffer.concat([Buffer.from([columns.length, 1]), ...body]), protocolVersion);
}

/** A string with its length in front; shorter than 128 bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value).subarray(0, 127);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
