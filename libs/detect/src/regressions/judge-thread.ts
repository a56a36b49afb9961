// A thread of its own: judging thousands of series takes seconds, and the event loop of an embedded house takes beacons in.
import { parentPort } from 'node:worker_threads';
import { judgeSeries, type SeriesRequest } from './judge-series.ts';

parentPort!.on('message', (request: SeriesRequest) => parentPort!.postMessage(judgeSeries(request)));
