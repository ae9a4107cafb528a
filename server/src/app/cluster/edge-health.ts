import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import type { Relay } from '../../service/relay/index.ts'
import { diskCheck } from '../upkeep/health.ts'

type Health = OperationOutput<Api['getHealth']>
type Check = Health['checks'][number]

/** What waits, what was lost, and whether the hub is there. A hub that is away is no failure: that is what this process is for. */
export function createEdgeHealth(
  deps: { relay: Pick<Relay, 'state'>; clock: Clock; dataFolder: string },
  version: string,
): () => Health {
  const startedMs = deps.clock.monotonic()
  return () => {
    const {
      problem,
      problemSinceMs,
      bufferedBytes,
      bufferBytesMax,
      oldestMs,
      dropped,
      damaged,
      deadLetters,
    } = deps.relay.state()
    const since = (ms: number | null): string => (ms === null ? '' : ` since ${isoTime(ms)}`)
    const checks: Check[] = [
      diskCheck(deps.dataFolder),
      checkOf(
        'hub',
        problem === '',
        problem === '' ? 'takes what is sent' : `Nothing is sent on${since(problemSinceMs)}: ${problem}`,
      ),
      checkOf(
        'buffer',
        bufferedBytes < 0.9 * bufferBytesMax,
        `${bufferedBytes} of ${bufferBytesMax} bytes wait to be sent on${oldestMs === null ? '' : `, the oldest${since(oldestMs)}`}`,
      ),
      checkOf(
        'losses',
        dropped.requests + damaged.requests + deadLetters === 0,
        `${dropped.requests} requests (${dropped.bytes} bytes) were dropped for newer ones${
          dropped.fromMs === null
            ? ''
            : `, received ${isoTime(dropped.fromMs)} to ${isoTime(dropped.toMs ?? 0)}`
        }; ${damaged.bytes} bytes could not be read back; ${deadLetters} requests were refused by the hub since the start`,
      ),
    ]
    return {
      status: checks.some((check) => check.status === 'degraded') ? 'degraded' : 'ok',
      ...{ version, uptime_seconds: (deps.clock.monotonic() - startedMs) / 1_000, checks },
    }
  }
}

const checkOf = (name: string, well: boolean, message: string): Check => ({
  ...{ name, status: well ? 'ok' : 'degraded', message },
})
