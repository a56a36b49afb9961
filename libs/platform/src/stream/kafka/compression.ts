import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { type CompressionTypes as CompressionType } from 'kafkajs';

// kafkajs is CommonJS, and Node does not see the names of its exports.
const { CompressionCodecs, CompressionTypes } = kafkajs;

export type Compression = 'none' | 'gzip' | 'snappy' | 'zstd';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** kafkajs' number for a compression. zstd is Node's own; it is registered here for reading as well. */
export function compressionType(compression: Compression): CompressionType {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
  switch (compression) {
    case 'none':
      return CompressionTypes.None;
    case 'gzip':
      return CompressionTypes.GZIP;
    case 'zstd':
      return CompressionTypes.ZSTD;
    case 'snappy':
      throw new Error('Kafka compression snappy is not built in: choose none, gzip or zstd');
  }
}
