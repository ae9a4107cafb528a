import { startServer } from '../journey/server.ts'
import { acknowledgedSenders } from './acknowledged-sender.ts'

export type StopResult = {
  stops: number
  /** Requests that got an answer, and those whose connection broke after they were sent. */
  answered: number
  refused: number
  acknowledged: number
  lost: number
  slowestStopMs: number
  exitCodes: Record<string, number>
}

/** Stops the real program under load with SIGTERM, again and again: what was acknowledged is there, and it ends by itself. */
export async function gracefulStops(
  folder: string,
  stops: number,
  random: () => number,
): Promise<StopResult> {
  const result: StopResult = {
    stops,
    answered: 0,
    refused: 0,
    acknowledged: 0,
    lost: 0,
    slowestStopMs: 0,
    exitCodes: {},
  }
  const settings = ['ingest.host.enabled=false', 'ingest.remote_write_age_max=2h']
  const [sender] = acknowledgedSenders
  if (!sender) throw new Error('there is no sender')
  let server = await startServer(folder, settings)
  let first = 2_000_000
  for (let round = 0; round < stops; round += 1) {
    const ids: number[] = []
    let stopping = false
    const loop = async (offset: number): Promise<void> => {
      for (let id = first + offset; id < first + 20_000; id += 4) {
        try {
          await sender.send(server, id)
          ids.push(id)
          result.answered += 1
        } catch (error) {
          if (!stopping) throw error
          result.refused += 1
          return
        }
      }
    }
    const loops = [0, 1, 2, 3].map(loop)
    await new Promise((resolve) => setTimeout(resolve, 20 + random() * 200))
    stopping = true
    const began = performance.now()
    const code = await server.stop('SIGTERM')
    result.slowestStopMs = Math.max(result.slowestStopMs, performance.now() - began)
    result.exitCodes[String(code)] = (result.exitCodes[String(code)] ?? 0) + 1
    await Promise.all(loops)
    server = await startServer(folder, settings)
    ids.sort((a, b) => a - b)
    const found = ids.length > 0 ? await sender.found(server, ids) : new Set<number>()
    result.acknowledged += ids.length
    result.lost += ids.filter((id) => !found.has(id)).length
    first = (ids.at(-1) ?? first) + 5
  }
  await server.stop('SIGKILL')
  return result
}
