import { type Server, startServer } from '../journey/server.ts'
import { type AcknowledgedSender, acknowledgedSenders } from './acknowledged-sender.ts'

/** Of each sender: items acknowledged, and how many of them were not there after the restart. `kills` that were done in the time. */
export type KillResult = { kills: number; acknowledged: Record<string, number>; lost: Record<string, number> }

export type KillOptions = {
  /** Those that send, all at once; all there are where not given. */
  senders?: readonly AcknowledgedSender[]
  /** No round begins after so long. */
  millisecondsMax?: number
}

const settings = [
  'ingest.host.enabled=false',
  'store.checkpoint_interval=1s',
  'ingest.remote_write_age_max=2h',
]

/**
 * Kills the real program again and again while every sender sends, starts it on the same folder and looks for all that it had
 * acknowledged. `killAfterMs` is from the `ready` line, between 5 and 600.
 */
export async function killRounds(
  folder: string,
  kills: number,
  random: () => number,
  { senders = acknowledgedSenders, millisecondsMax = Number.POSITIVE_INFINITY }: KillOptions = {},
): Promise<KillResult> {
  const result: KillResult = { kills: 0, acknowledged: {}, lost: {} }
  for (const { name } of senders) {
    result.acknowledged[name] = 0
    result.lost[name] = 0
  }
  let server = await startServer(folder, settings)
  let first = 0
  const until = performance.now() + millisecondsMax
  for (; result.kills < kills && performance.now() < until; result.kills += 1) {
    const killAfterMs = 5 + random() * 595
    const sent = await sendUntilGone(server, senders, first, killAfterMs)
    server = await startServer(folder, settings)
    for (const [sender, ids] of sent) {
      const found = ids.length > 0 ? await sender.found(server, ids) : new Set<number>()
      result.acknowledged[sender.name]! += ids.length
      result.lost[sender.name]! += ids.filter((id) => !found.has(id)).length
      first = Math.max(first, (ids.at(-1) ?? 0) + 2)
    }
  }
  await server.stop('SIGKILL')
  return result
}

/** The senders at once, each as fast as it is answered, until the server is gone; gives back what was acknowledged. */
async function sendUntilGone(
  server: Server,
  senders: readonly AcknowledgedSender[],
  first: number,
  killAfterMs: number,
): Promise<Map<AcknowledgedSender, number[]>> {
  let killed = false
  const timer = setTimeout(() => {
    killed = true
    void server.stop('SIGKILL')
  }, killAfterMs)
  const sent = await Promise.all(
    senders.map(async (sender): Promise<[AcknowledgedSender, number[]]> => {
      const ids: number[] = []
      try {
        for (let id = first; id < first + 5_000; id += 1) {
          await sender.send(server, id)
          ids.push(id)
        }
      } catch (error) {
        // Once the server is gone nothing is acknowledged; before, a refusal is a defect.
        if (!killed) throw new Error(`${sender.name} was refused`, { cause: error })
      }
      return [sender, ids]
    }),
  )
  clearTimeout(timer)
  await server.stop('SIGKILL')
  return new Map(sent)
}
