import type { Mining } from '../../pipeline/detect/log/mining.ts'
import { eventIdOf, Miner } from '../../service/telemetry/mine/index.ts'

/** The miner of the telemetry service, for detection. Not through its door: a thread would load all of the service. */
export const mining: Mining = {
  newMiner: (limits) => new Miner(limits),
  idOf: eventIdOf,
}
/** What a thread that mines begins with. */
export const minerWorker = new URL('./log-miner-worker.ts', import.meta.url)
