import { createRequire } from 'node:module';
import { type CountryResponse, open, type Reader } from 'maxmind';

/** Country of a network by a public-domain table that comes with the product: no look-up leaves the machine. */
export class Places {
  private constructor(private readonly reader: Reader<CountryResponse>) {}

  static async open(): Promise<Places> {
    const path = createRequire(import.meta.url).resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb');
    return new Places(await open<CountryResponse>(path));
  }

  /** ISO 3166 two letters, or empty for private and unknown networks. */
  countryOf(network: string): string {
    const found = this.reader.get(network) as { country_code?: string } | null;
    return found?.country_code ?? '';
  }
}
