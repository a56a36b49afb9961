import { promisify } from 'node:util';
import { constants, type ZstdOptions, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import kafkajs, { type CompressionTypes as CompressionType } from 'kafkajs';
import { compressSync, uncompressSync } from 'snappy';

// kafkajs is CommonJS, and Node does not see the names of its exports.
const { CompressionCodecs, CompressionTypes } = kafkajs;

export type Compression = 'none' | 'gzip' | 'snappy' | 'zstd';

const compressOnThread = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The way to another thread and back costs some 100 µs of processor time, as much as compressing this much. */
const worthAThread = 128 * 1024;

/** Of rows, level 1 leaves 2 % more bytes than zstd's own choice, for less than half of the time. */
const level = { [constants.ZSTD_c_compressionLevel]: 1 };

/** Rows shrink to an eighth and less: a room of that size is made anew for each batch, and Node's own choice is often too large. */
function optionsFor(bytes: Buffer): ZstdOptions {
  return { params: level, chunkSize: Math.min(Math.max(bytes.length >> 2, 1024), 64 * 1024) };
}

const compress = (bytes: Buffer) =>
  bytes.length < worthAThread ? zstdCompressSync(bytes, optionsFor(bytes)) : compressOnThread(bytes, optionsFor(bytes));

/** About 1 MiB of rows, which takes a millisecond. */
const inflatedAtOnce = 64 * 1024;

/**
 * On the spot when it is small: the way to a thread and back costs four times what inflating a batch of usual size does. A batch
 * shrinks to about a tenth; a piece that is large enough for all of it need not be joined with others.
 */
async function inflate(buffer: Buffer): Promise<Buffer> {
  const chunkSize = Math.min(Math.max(buffer.length * 12, 4 * 1024), 2 * 1024 * 1024);
  return buffer.length <= inflatedAtOnce ? zstdDecompressSync(buffer, { chunkSize }) : decompress(buffer, { chunkSize });
}

/** The framing of snappy-java, which Kafka's own clients write: eight bytes of magic, two versions, then blocks with their length. */
const framing = { magic: Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]), headerBytes: 16, lengthBytes: 4 };

/** Kafka reads both; without frames there is one block and nothing to join. */
function unsnap(buffer: Buffer): Buffer {
  if (!buffer.subarray(0, framing.magic.length).equals(framing.magic)) return uncompressSync(buffer) as Buffer;
  const blocks: Buffer[] = [];
  for (let at = framing.headerBytes; at < buffer.length; ) {
    const end = at + framing.lengthBytes + buffer.readUInt32BE(at);
    blocks.push(uncompressSync(buffer.subarray(at + framing.lengthBytes, end)) as Buffer);
    at = end;
  }
  return Buffer.concat(blocks);
}

/** kafkajs' number for a compression. zstd is Node's own; it and snappy are registered here for reading as well. */
export function compressionType(compression: Compression): CompressionType {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: inflate,
  });
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compressSync(buffer),
    decompress: async (buffer: Buffer) => unsnap(buffer),
  });
  switch (compression) {
    case 'none':
      return CompressionTypes.None;
    case 'gzip':
      return CompressionTypes.GZIP;
    case 'zstd':
      return CompressionTypes.ZSTD;
    case 'snappy':
      return CompressionTypes.Snappy;
  }
}
