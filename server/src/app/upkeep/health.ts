import { statfsSync } from 'node:fs'
import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Clock } from '../../kernel/clock.ts'

type Health = OperationOutput<Api['getHealth']>
type Check = Health['checks'][number]

const freeBytesMin = 104_857_600

/** Looks at what can fail while the process lives: the disk under the stores, and whether they can write. */
export function createHealth(
  deps: {
    dataFolder: string
    writable: () => boolean | null
    /** Pieces of stored telemetry whose checksum did not fit, since the start. */
    damaged?: () => number
    /** What is listened on besides HTTP. */
    listeners?: () => readonly { name: string; address: string | null; problem: string | null }[]
    clock: Clock
  },
  version: string,
): () => Health {
  const startedMs = deps.clock.monotonic()
  return () => {
    const listeners = (deps.listeners?.() ?? []).map(listenerCheck)
    const checks = [
      diskCheck(deps.dataFolder),
      storeCheck(deps.writable()),
      dataCheck(deps.damaged?.() ?? 0),
      ...listeners,
    ]
    const status = checks.some((c) => c.status === 'failing')
      ? 'failing'
      : checks.some((c) => c.status === 'degraded')
        ? 'degraded'
        : 'ok'
    return { status, version, uptime_seconds: (deps.clock.monotonic() - startedMs) / 1_000, checks }
  }
}

export function diskCheck(folder: string): Check {
  const { bavail, bsize } = statfsSync(folder)
  const freeBytes = bavail * bsize
  const megabytes = Math.round(freeBytes / 1_048_576)
  return freeBytes < freeBytesMin
    ? {
        name: 'disk',
        status: 'degraded',
        message: `Only ${megabytes} MB are free under the data folder; below that nothing more can be stored.`,
      }
    : { name: 'disk', status: 'ok', message: `${megabytes} MB free` }
}

/** `null`: nothing was written yet, so nothing is known. */
function storeCheck(writable: boolean | null): Check {
  if (writable === null) return { name: 'store', status: 'ok', message: 'nothing was written yet' }
  if (writable) return { name: 'store', status: 'ok', message: 'takes writes' }
  const message = 'The telemetry store cannot write; senders are told to try again, reads go on.'
  return { name: 'store', status: 'degraded', message }
}

/** What is damaged is left out of every answer; nothing else tells the reader. */
function dataCheck(damaged: number): Check {
  if (damaged === 0) return { name: 'data', status: 'ok', message: 'no damage met since the start' }
  const message = `${damaged} stored pieces failed their checksum and are left out of answers; stop and run "aiops data check --repair", or restore a backup.`
  return { name: 'data', status: 'degraded', message }
}

/** What is sent there is not received, though all else is. */
function listenerCheck(listener: { name: string; address: string | null; problem: string | null }): Check {
  const { name, address, problem } = listener
  return problem === null
    ? { name: `listener ${name}`, status: 'ok', message: `listens on ${address}` }
    : { name: `listener ${name}`, status: 'degraded', message: problem }
}
