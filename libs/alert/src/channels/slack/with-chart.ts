import { isPublicUrl } from '../../chart/public-url.ts';
import type { Delivery, SendContext } from '../channel.ts';

/** With the address of its chart, where Slack can fetch it. */
export async function withChart(delivery: Delivery, { chart }: Pick<SendContext, 'chart'>): Promise<Delivery> {
  const url = (await chart?.())?.url;
  if (url === undefined || !isPublicUrl(url)) return delivery;
  return { ...delivery, notice: { ...delivery.notice, chartUrl: url } };
}
